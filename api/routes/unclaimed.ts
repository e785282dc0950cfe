import { type Static, Type } from 'typebox';
import { filtered, isInScope } from '#api/authorization/access.ts';
import { observers } from '#api/authorization/role-groups.ts';
import { maySeeProperty } from '#api/authorization/sensitivity.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { addressedIn } from '#api/onboarding/addressed.ts';
import { pageById } from '#api/paging.ts';
import { wordsOf } from '#api/routes/device-list.ts';
import { answers, closed, Id, Instant, nullable, oneOf, pageFields, pageOf } from '#api/schemas.ts';
import { unitOf } from '#api/views/unit.ts';
import { type DeviceId, epochMs, type PlaceId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { Device, longestAddress } from '#model/community.ts';
import { isUnclaimed } from '#model/probation.ts';

const Unclaimed = Type.Object(
  {
    id: Id,
    version: Type.Integer({ description: 'For the claim, so that nobody else’s is undone' }),
    name: Type.Optional(Device.properties.name),
    kind: Type.String({ description: '`unknown`: nothing that it said tells' }),
    guess: Type.Object({
      from: oneOf(['gateway', 'properties', 'nothing']),
      because: Type.Array(Type.String(), {
        description: 'The properties that told, as far as you may see them',
      }),
    }),
    model: nullable(Type.String()),
    gateway: Type.String(),
    address: Type.String(),
    place: Type.String({ description: 'Where its gateway is' }),
    firstHeard: nullable(Instant),
    lastHeard: nullable(Instant),
    probationUntil: nullable(Instant),
    messages: Type.Integer({ description: 'Since it was first heard' }),
    latest: Type.Record(
      Type.String(),
      Type.Object({ value: Type.Unknown(), at: Instant, unit: nullable(Type.String()) }),
      { description: 'What it said last, as far as you may see it' },
    ),
    held: Type.Integer({ description: 'Alarms that stand and bring no task, since nobody has claimed it' }),
  },
  { title: 'Unclaimed' },
);

const Filter = closed({
  ...pageFields,
  gateway: Type.Optional(Id),
  address: Type.Optional(Type.String({ minLength: 1, maxLength: longestAddress })),
  place: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'There, or anywhere below' }),
  ),
  kind: Type.Optional(Id),
  q: Type.Optional(
    Type.String({ maxLength: 100, description: 'Text in the name, the address or the id, any case' }),
  ),
});

/** What gateways brought and nobody has claimed. */
export function unclaimedRoutes(app: Api, context: ApiContext): void {
  app.get(
    '/devices/unclaimed',
    {
      config: { access: { roles: observers, scope: filtered } },
      schema: {
        tags: ['devices'],
        summary: 'What gateways carry that nobody gave a place yet, with what it said',
        querystring: Filter,
        response: answers({ 200: pageOf(Unclaimed) }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const page = pageById(found(request.query, caller, context), request.query, (device) => device);
      const messages = await context.platform.unclaimedMessages(page.items.map(({ id }) => id));
      const items = page.items.map((device, index) =>
        view(device, messages[index] ?? 0, { caller, context }),
      );
      return { items, next: page.next };
    },
  );
}

function found(
  { address, gateway, kind, place, q }: Static<typeof Filter>,
  caller: Caller,
  context: ApiContext,
): readonly Device[] {
  const { configuration } = context;
  const isAddressed = addressedIn(configuration, { gateway: gateway as DeviceId | undefined, address });
  const text = q?.trim().toLowerCase() ?? '';
  return [...configuration.devices()].filter(
    (device) =>
      isUnclaimed(device) &&
      isInScope(caller, device.place, context) &&
      (gateway === undefined || device.gateway === gateway) &&
      isAddressed(device) &&
      (kind === undefined || device.kind === kind) &&
      (place === undefined || configuration.isWithin(device.place, place as PlaceId)) &&
      (text === '' ||
        [...wordsOf(device), device.address ?? ''].some((word) => word.toLowerCase().includes(text))),
  );
}

function view(
  device: Device,
  messages: number,
  { caller, context }: { readonly caller: Caller; readonly context: ApiContext },
): Static<typeof Unclaimed> {
  const { clock } = context.platform;
  const isVisible = (property: string): boolean => maySeeProperty(caller.role, property, device);
  const latest = context.reader.latest(device.id).filter(({ property }) => isVisible(property));
  const heard = latest.map(({ at, receivedAt }) => (clock === 'data' ? at : receivedAt));
  const held = context.reader
    .alarms({ state: 'active', device: device.id }, { limit: mostAlarms })
    .items.filter((alarm) => alarm.held !== undefined);
  const { guess = { from: 'nothing', because: [] }, name } = device;
  return {
    id: device.id,
    version: context.reader.get('device', device.id)?.version ?? 0,
    ...(name === undefined ? {} : { name }),
    kind: device.kind,
    guess: { from: guess.from, because: guess.because.filter(isVisible) },
    model: device.model ?? null,
    gateway: device.gateway ?? '',
    address: device.address ?? '',
    place: device.place,
    firstHeard: device.firstHeard ?? null,
    lastHeard: heard.length === 0 ? null : iso(epochMs(Math.max(...heard))),
    probationUntil: device.probationUntil ?? null,
    messages,
    latest: Object.fromEntries(
      latest.map(({ at, property, value }) => [
        property,
        { value, at: iso(at), unit: unitOf(property, value) },
      ]),
    ),
    held: held.length,
  };
}

const mostAlarms = 100;
