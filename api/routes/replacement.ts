import { Type } from 'typebox';
import { deviceScope, isInScope } from '#api/authorization/access.ts';
import { managers } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { credentialChange } from '#api/credential-change.ts';
import { mergeFresh } from '#api/fresh-merge.ts';
import { type Replacement, replacedDevice, replacementFields } from '#api/onboarding/replacement.ts';
import { answers, closed, IdParams } from '#api/schemas.ts';
import { deviceView, shownDevice } from '#api/views/device-view.ts';
import type { DeviceId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { ResourceChange } from '#model/command.ts';
import type { Device } from '#model/community.ts';
import type { Stored } from '#model/configuration.ts';
import { newDeviceToken } from '#model/device-credential.ts';
import { GridbellError } from '#model/errors.ts';

const access = { roles: managers, scope: deviceScope };
const tags = ['devices'];
const versionField = { version: Type.Optional(Type.Integer({ minimum: 1 })) };
const reasonField = { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })) };

/** Another thing in the place of a broken one, devices out of use, and the end of a trial. */
export function replacementRoutes(app: Api, context: ApiContext): void {
  const shown = (id: string, caller: Caller): object => deviceView(stored(id, context).body, caller, context);
  const changed = async (order: ChangeOrder, next: (device: Device) => Device): Promise<object> => {
    const { caller, id, reason, version, what } = order;
    await mergeFresh(async () => {
      const before = seen(id, version, context);
      await put({ before, body: next(before.body), caller, reason: because(what, reason) }, context);
    });
    return shown(id, caller);
  };

  app.post(
    '/devices/:id/replace',
    {
      config: { access },
      schema: {
        tags,
        summary:
          'Let another thing do the work of a device: its history goes on, its token or address is another',
        params: IdParams,
        body: closed({ ...replacementFields, ...versionField }),
        response: answers({
          200: Type.Object({
            ...shownDevice.properties,
            token: Type.Optional(
              Type.String({ description: 'Of a device with a connection of its own; shown once' }),
            ),
          }),
        }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = request.params;
      const { version, ...replacement } = request.body;
      const token = await mergeFresh(() => replace({ id, replacement, version, caller }, context));
      return { ...shown(id, caller), ...(token === undefined ? {} : { token }) };
    },
  );

  app.post(
    '/devices/:id/retire',
    {
      config: { access },
      schema: {
        tags,
        summary:
          'Take a device out of use: no rule, no silence; what it says is passed over, its history stays',
        params: IdParams,
        body: closed({ ...reasonField, ...versionField }),
        response: answers({ 200: shownDevice }),
      },
    },
    async (request) => {
      const { id } = request.params;
      const order = { ...request.body, id, caller: callerOf(request), what: `retire device ${id}` };
      return await changed(order, (device) => {
        if (device.retired !== undefined)
          throw new GridbellError('wrong-state', `${id} is out of use already, since ${device.retired}.`);
        refuseCarrier(device, context);
        return { ...device, retired: iso(context.platform.now()) };
      });
    },
  );

  app.post(
    '/devices/:id/go-live',
    {
      config: { access },
      schema: {
        tags,
        summary:
          'End the probation of a claimed device: from now on its alarms bring tasks, those that stand, too',
        params: IdParams,
        body: closed({ ...reasonField, ...versionField }),
        response: answers({ 200: shownDevice }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = request.params;
      await mergeFresh(async () => {
        const before = seen(id, request.body.version, context);
        const { probationUntil, ...body } = before.body;
        if (body.unclaimed)
          throw new GridbellError('wrong-state', `Nobody has claimed ${id} yet: claim it as live.`);
        if (probationUntil === undefined || Date.parse(probationUntil) <= context.platform.now())
          throw new GridbellError('wrong-state', `${id} is on no probation.`);
        await put(
          { before, body, caller, reason: because(`take device ${id} live`, request.body.reason) },
          context,
        );
      });
      return shown(id, caller);
    },
  );

  app.post(
    '/devices/:id/put-back',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Take a device into use again that was out of it',
        params: IdParams,
        body: closed({ ...reasonField, ...versionField }),
        response: answers({ 200: shownDevice }),
      },
    },
    async (request) => {
      const { id } = request.params;
      const order = { ...request.body, id, caller: callerOf(request), what: `put device ${id} back` };
      return await changed(order, ({ retired, ...device }) => {
        if (retired === undefined) throw new GridbellError('wrong-state', `${id} is in use.`);
        return device;
      });
    },
  );
}

interface ChangeOrder {
  readonly id: string;
  readonly caller: Caller;
  /** As the audit says it. */
  readonly what: string;
  readonly reason?: string | undefined;
  /** That the caller saw. */
  readonly version?: number | undefined;
}

interface ReplaceOrder {
  readonly id: string;
  readonly replacement: Replacement;
  readonly version: number | undefined;
  readonly caller: Caller;
}

/** Answers the token that was made for it, where it has one. */
async function replace(order: ReplaceOrder, context: ApiContext): Promise<string | undefined> {
  const { caller, id, replacement, version } = order;
  const before = seen(id, version, context);
  if (before.body.unclaimed)
    throw new GridbellError(
      'wrong-state',
      `Nobody has claimed ${id} yet: there is no place in which to replace it.`,
    );
  const thing = thingOf(before.body, order, context);
  const { reason } = replacement;
  const body = replacedDevice(before.body, thing, {
    actor: caller.actor.id,
    now: context.platform.now(),
    reason,
  });
  const said = because(`replace device ${id}: ${nameOf(before.body)} by ${nameOf(body)}`, reason);
  // A gateway carries it: it has no connection of its own, and the token of the old thing ends.
  if (body.gateway !== undefined) {
    const beside = context.reader.credential(id)
      ? ([{ op: 'delete', resource: 'credential', id }] as const)
      : [];
    await put({ before, body, caller, reason: said, beside }, context);
    return undefined;
  }
  const token = replacement.token ?? newDeviceToken(body);
  const beside = [credentialChange(body, token, context)];
  await put({ before, body, caller, reason: said, beside }, context);
  return replacement.token === undefined ? token : undefined;
}

/** What comes in its place; refused where that is somebody's already. */
function thingOf(device: Device, { caller, replacement }: ReplaceOrder, context: ApiContext) {
  const { address, by, gateway, model, serial, token } = replacement;
  const isCarried = by !== undefined || address !== undefined || gateway !== undefined;
  if (isCarried && token !== undefined)
    throw new GridbellError('invalid-input', 'What a gateway carries has no token.');
  if (!isCarried) {
    if (device.gateway !== undefined)
      throw new GridbellError(
        'invalid-input',
        `${device.gateway} carries it: say which thing comes in its place, with by, or with address (and gateway).`,
      );
    return { model, serial };
  }
  if (by !== undefined && address !== undefined)
    throw new GridbellError('invalid-input', 'by names the thing already: give no address beside it.');
  const newcomer = by === undefined ? undefined : unclaimed(by, caller, context);
  const there = newcomer?.address ?? address;
  const carrier = newcomer?.gateway ?? gateway ?? device.gateway;
  if (there === undefined || carrier === undefined)
    throw new GridbellError(
      'invalid-input',
      'gateway and address go together: who carries it, and by which name.',
    );
  refuseForeign(carrier, caller, context);
  if (carrier === device.gateway && there === device.address)
    throw new GridbellError('already-exists', `${device.id} is "${there}" of ${carrier} already.`, {
      extra: { standing: deviceView(device, caller, context) },
    });
  const standing = context.configuration.carried(carrier, there);
  if (standing && !standing.unclaimed)
    throw new GridbellError('already-exists', `${carrier} carries "${there}" as the device ${standing.id}.`, {
      extra: isInScope(caller, standing.place, context)
        ? { standing: deviceView(standing, caller, context) }
        : {},
    });
  return { gateway: carrier, address: there, model: model ?? newcomer?.model, serial };
}

function unclaimed(id: DeviceId, caller: Caller, context: ApiContext): Device {
  const { body } = stored(id, context);
  if (!isInScope(caller, body.place, context)) throw notYours();
  if (body.unclaimed && body.retired === undefined) return body;
  const code = body.unclaimed ? 'wrong-state' : 'already-exists';
  const why = body.unclaimed ? 'is out of use: put it back first' : `is a device already, at ${body.place}`;
  throw new GridbellError(code, `${id} ${why}.`, { extra: { standing: deviceView(body, caller, context) } });
}

function refuseForeign(gateway: DeviceId, caller: Caller, context: ApiContext): void {
  const carrier = context.configuration.device(gateway);
  if (carrier?.dialect === undefined)
    throw new GridbellError('unknown-reference', `gateway: there is no gateway ${gateway}.`);
  if (!isInScope(caller, carrier.place, context)) throw notYours();
}

const notYours = () => new GridbellError('not-allowed', 'This lies outside of the places that are yours.');

/** What it carries would be heard no more, and be missed by nobody. */
function refuseCarrier({ id }: Device, { configuration }: ApiContext): void {
  const carried = [...configuration.devices()].filter(
    (each) => each.gateway === id && each.retired === undefined && !each.unclaimed,
  );
  if (carried.length === 0) return;
  const names = carried.slice(0, 10).map((each) => each.id);
  throw new GridbellError(
    'still-referenced',
    `${id} carries ${names.join(', ')}: retire or replace these first.`,
    {
      extra: { referrers: carried.map((each) => `device ${each.id}`) },
    },
  );
}

function stored(id: string, { reader }: ApiContext): Stored<'device'> {
  const found = reader.get('device', id);
  if (!found) throw new GridbellError('not-found', `There is no device ${id}.`);
  return found;
}

/** As it stands, if it is the version that the caller saw. */
function seen(id: string, version: number | undefined, context: ApiContext): Stored<'device'> {
  const found = stored(id, context);
  if (version === undefined || version === found.version) return found;
  // Not to be tried again: it is the caller who has to look.
  throw new GridbellError('stale-version', `${id} was changed meanwhile: version ${version} was seen.`, {
    extra: { version: found.version },
  });
}

interface PutOrder {
  readonly before: Stored<'device'>;
  readonly body: Device;
  readonly caller: Caller;
  readonly reason: string;
  readonly beside?: readonly ResourceChange[];
}

async function put(
  { before, beside = [], body, caller, reason }: PutOrder,
  context: ApiContext,
): Promise<void> {
  await context.change(caller, {
    expect: beside.length === 0 ? 'present' : 'any',
    changes: [{ op: 'put', resource: 'device', id: body.id, body }, ...beside],
    versions: { [`device ${body.id}`]: before.version },
    reason,
  });
}

const because = (what: string, reason: string | undefined): string =>
  reason === undefined ? what : `${what}: ${reason}`;

/** The thing, as the audit names it. */
const nameOf = ({ address, model, serial }: Device): string =>
  [serial ?? address ?? 'the one without a number', ...(model === undefined ? [] : [`(${model})`])].join(' ');
