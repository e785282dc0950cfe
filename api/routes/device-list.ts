import { type Static, type TSchema, Type } from 'typebox';
import { filtered, isInScope } from '#api/authorization/access.ts';
import { observers } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { type HealthState, healthStates } from '#api/device-health/judge.ts';
import { type Examined, makeRounds } from '#api/device-health/rounds.ts';
import { addressedIn } from '#api/onboarding/addressed.ts';
import { pageBySortKey } from '#api/paging.ts';
import { answers, closed, Id, oneOf, pageFields, pageOf } from '#api/schemas.ts';
import { deviceView } from '#api/views/device-view.ts';
import type { DeviceId, PlaceId } from '#model/brand.ts';
import { longestAddress } from '#model/community.ts';
import type { LocalText } from '#model/text.ts';

const filterFields = {
  kind: Type.Optional(Id),
  place: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'There, or anywhere below' }),
  ),
  q: Type.Optional(Type.String({ maxLength: 100, description: 'Text in the id or the name, any case' })),
  health: Type.Optional(oneOf(healthStates)),
  battery: Type.Optional(oneOf(['low'])),
  gateway: Type.Optional(Id),
  address: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: longestAddress,
      description: 'The name that its gateway has for it; with gateway also one that it had before',
    }),
  ),
  retired: Type.Optional(
    Type.Unsafe<'true' | 'false'>({
      ...oneOf(['true', 'false']),
      description: 'true: only those out of use; default false: only those in use',
    }),
  ),
};
const Filter = closed(filterFields);
type Filter = Static<typeof Filter>;
const counted = Type.Record(Type.String(), Type.Integer());

/** The list of devices, and how many are how. */
export function deviceListRoutes(app: Api, context: ApiContext, shown: TSchema): void {
  const access = { roles: observers, scope: filtered };
  const tags = ['devices'];

  app.get(
    '/devices',
    {
      config: { access },
      schema: {
        tags,
        summary: 'All devices that lie in your places, by id or those in trouble first',
        querystring: closed({
          ...pageFields,
          ...filterFields,
          sort: Type.Optional(
            Type.Unsafe<'id' | 'health'>({
              ...oneOf(['id', 'health']),
              description: 'health: those in trouble first, then those whose battery is low; default: id',
            }),
          ),
        }),
        response: answers({ 200: pageOf(shown) }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { sort } = request.query;
      const wanted = found(request.query, caller, context);
      const keyOf = ({ device, ...examined }: Examined) =>
        sort === 'health' ? `${urgency(examined)} ${device.id}` : device.id;
      return pageBySortKey(wanted, request.query, {
        keyOf,
        view: (examined) => deviceView(examined.device, caller, context, examined),
      });
    },
  );

  app.get(
    '/devices/counts',
    {
      config: { access },
      schema: {
        tags,
        summary: 'How many devices there are, by health and by kind',
        querystring: Filter,
        response: answers({
          200: Type.Object({
            total: Type.Integer(),
            health: counted,
            kinds: counted,
            lowBattery: Type.Integer(),
          }),
        }),
      },
    },
    async (request) => {
      const all = found(request.query, callerOf(request), context);
      const states = Object.fromEntries(healthStates.map((state) => [state, 0])) as Record<
        HealthState,
        number
      >;
      const kinds: Record<string, number> = {};
      for (const { device, health } of all) {
        states[health.state]++;
        kinds[device.kind] = (kinds[device.kind] ?? 0) + 1;
      }
      const lowBattery = all.filter(({ battery }) => battery?.low).length;
      return { total: all.length, health: states, kinds, lowBattery };
    },
  );
}

/** Of the whole fleet, what the caller may see and asked for. */
function found(filter: Filter, caller: Caller, context: ApiContext): Examined[] {
  const { configuration } = context;
  const { address, battery, gateway, health, kind, place, q, retired } = filter;
  const isAddressed = addressedIn(configuration, { gateway: gateway as DeviceId | undefined, address });
  const text = q?.trim().toLowerCase() ?? '';
  return [...makeRounds(context, retired === 'true')].filter(
    ({ device, ...examined }) =>
      isInScope(caller, device.place, context) &&
      (health === undefined || examined.health.state === health) &&
      (battery === undefined || examined.battery?.low === true) &&
      (kind === undefined || device.kind === kind) &&
      (gateway === undefined || device.gateway === gateway) &&
      isAddressed(device) &&
      (place === undefined || configuration.isWithin(device.place, place as PlaceId)) &&
      (text === '' || wordsOf(device).some((word) => word.toLowerCase().includes(text))),
  );
}

/** By what people look for it. */
export const wordsOf = ({
  id,
  name,
}: {
  readonly id: string;
  readonly name?: string | LocalText;
}): string[] => (typeof name === 'object' ? [id, name.zh ?? '', name.en ?? ''] : [id, name ?? '']);

/** Sorts before what can wait longer; as many characters for each. */
const urgency = ({ battery, health }: Omit<Examined, 'device'>): string =>
  `${healthStates.indexOf(health.state)}${battery?.low ? 0 : 1}`;
