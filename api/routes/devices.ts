import { type TProperties, Type } from 'typebox';
import { deviceScope } from '#api/authorization/access.ts';
import { managers, observers } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { credentialChange } from '#api/credential-change.ts';
import { deviceIssues } from '#api/references.ts';
import type { ResourceKind } from '#api/resource-kind.ts';
import { resourceRoutes } from '#api/resource-routes.ts';
import { claimRoutes } from '#api/routes/claims.ts';
import { deviceListRoutes } from '#api/routes/device-list.ts';
import { replacementRoutes } from '#api/routes/replacement.ts';
import { unclaimedRoutes } from '#api/routes/unclaimed.ts';
import { answers, closed, IdParams } from '#api/schemas.ts';
import { deviceView, presenceFields, shownDevice } from '#api/views/device-view.ts';
import type { DeviceId, PlaceId, ResidentId } from '#model/brand.ts';
import { Device, deviceFieldsOfOurs } from '#model/community.ts';
import { newDeviceToken } from '#model/device-credential.ts';
import { GridbellError } from '#model/errors.ts';

const Token = Type.String({ minLength: 1, maxLength: 512 });
const incoming: TProperties = {
  token: Type.Optional(Token),
};

/** What is particular to devices, gateways among them. */
export const deviceKind = (context: ApiContext): ResourceKind<'device'> => ({
  name: 'device',
  path: 'devices',
  isListedElsewhere: true,
  schema: Device,
  incoming,
  shownBeside: {
    ...presenceFields,
    token: Type.Optional(Type.String({ description: 'Shown once, when it was made here' })),
  },
  readers: observers,
  writers: managers,
  ours: deviceFieldsOfOurs,
  fixedBecause: ({ id, unclaimed }) =>
    unclaimed ? `Nobody has claimed ${id} yet: POST /devices/${id}/claim says where it is.` : undefined,
  goesAlong: (put) => put.resource === 'device' && put.op === 'put' && put.body.unclaimed === true,
  idOf: (device) => device.id,
  placesOf: (device) => [device.place],
  // A part of a device (PATCH) may name the resident alone, and with it somebody's home elsewhere.
  placesBeside: ({ resident }) =>
    typeof resident === 'string' ? residentPlace(resident as ResidentId, context) : [],
  // Who speaks from behind a gateway is no matter of where the device is said to be.
  placesTaken: ({ address, gateway }, before, configuration) => {
    const carrier = gateway === undefined ? undefined : configuration.device(gateway);
    const isAsBefore = before?.gateway === gateway && before?.address === address;
    return carrier === undefined || isAsBefore ? [] : [carrier.place];
  },
  view: deviceView,
  issues: (device, known) => deviceIssues(device, known),
  onPut: async (device, fields, isNew) => {
    if (!isNew) return { changes: [] };
    const given = typeof fields['token'] === 'string' ? fields['token'] : undefined;
    // A gateway speaks for it: it has no connection of its own.
    if (given === undefined && device.gateway !== undefined) return { changes: [] };
    const token = given ?? newDeviceToken(device);
    return {
      changes: [credentialChange(device, token, context)],
      ...(given === undefined ? { shown: { token } } : {}),
    };
  },
  onDelete: (id) => [{ op: 'delete', resource: 'credential', id }],
});

export function deviceRoutes(app: Api, context: ApiContext): void {
  resourceRoutes(app, context, deviceKind(context));
  deviceListRoutes(app, context, shownDevice);

  unclaimedRoutes(app, context);
  claimRoutes(app, context);
  replacementRoutes(app, context);

  app.post(
    '/devices/:id/rotate-token',
    {
      config: { access: { roles: managers, scope: deviceScope } },
      schema: {
        tags: ['devices'],
        summary: 'Give a device a new token, shown once; its connections end',
        params: IdParams,
        body: closed({ token: Type.Optional(Token) }),
        response: answers({ 200: Type.Object({ id: Type.String(), token: Type.String() }) }),
      },
    },
    async (request) => {
      const id = request.params.id as DeviceId;
      const device = context.configuration.device(id);
      if (!device) throw new GridbellError('not-found', `There is no device ${id}.`);
      const token = request.body.token ?? newDeviceToken(device);
      await context.change(callerOf(request), {
        expect: 'any',
        changes: [credentialChange(device, token, context)],
        reason: `rotate the token of device ${id}`,
      });
      return { id, token };
    },
  );
}

const residentPlace = (id: ResidentId, { configuration }: ApiContext): readonly PlaceId[] => {
  const resident = configuration.resident(id);
  return resident ? [resident.place] : [];
};
