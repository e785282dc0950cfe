import { type Static, Type } from 'typebox';
import { everywhere, filtered, isInScope } from '#api/authorization/access.ts';
import { admins } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mapPage, visiblePage } from '#api/paging.ts';
import {
  answers,
  closed,
  Id,
  Instant,
  nullable,
  oneOf,
  pageFields,
  pageOf,
  pageRequest,
} from '#api/schemas.ts';
import type { DeviceId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';
import { quarantineReasons } from '#model/quarantine.ts';
import type { QuarantineEntry, QuarantineFilter } from '#store/ops/quarantine-list.ts';

/** Beyond this one replay would hold the engine up. */
const maxReplay = 10_000;

const filterFields = {
  device: Type.Optional(Id),
  reason: Type.Optional(oneOf(quarantineReasons)),
  state: Type.Optional(oneOf(['held', 'replayed'])),
};
const Filter = closed(filterFields);
const Item = Type.Object({
  id: Type.Integer(),
  device: Type.String(),
  receivedAt: Instant,
  topic: Type.String(),
  dialect: Type.String(),
  reason: oneOf(quarantineReasons),
  property: nullable(Type.String()),
  detail: Type.String(),
  payload: nullable(Type.String({ description: 'Base64; null for those who may not see what it holds' })),
  replayedAt: nullable(Instant),
});

/** What was acknowledged and is no reading. Its content may hold anything, so only an admin sees it. */
export function quarantineRoutes(app: Api, context: ApiContext): void {
  const tags = ['quarantine'];

  app.get(
    '/quarantine',
    {
      config: { access: { roles: ['admin', 'property-manager', 'auditor'], scope: filtered } },
      schema: {
        tags,
        summary: 'Messages and values that were kept but are no readings, newest first',
        querystring: closed({ ...pageFields, ...filterFields }),
        response: answers({ 200: pageOf(Item) }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const filter = filterOf(request.query);
      const page = visiblePage(
        pageRequest(request.query),
        (wanted) => context.reader.quarantine(filter, wanted),
        (item) => isVisible(item.device, caller, context),
      );
      return mapPage(page, (item) => itemView(item, caller));
    },
  );

  app.post(
    '/quarantine/replay',
    {
      config: { access: { roles: admins, scope: everywhere } },
      schema: {
        tags,
        summary: 'Decode again what is held, by ids or by filter',
        body: closed({
          ids: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }), { maxItems: maxReplay })),
          filter: Type.Optional(Filter),
        }),
        response: answers({ 200: Type.Object({ asked: Type.Integer(), outcome: Type.Unknown() }) }),
      },
    },
    async (request) => {
      const { ids, filter } = request.body;
      if ((ids === undefined) === (filter === undefined))
        throw new GridbellError('invalid-input', 'Either ids or filter says what to replay.');
      const chosen = ids ?? held(filterOf(filter ?? {}), context);
      if (chosen.length === 0) return { asked: 0, outcome: null };
      const outcome = await context.execute(callerOf(request), { name: 'replay-quarantine', ids: chosen });
      return { asked: chosen.length, outcome: outcome ?? null };
    },
  );
}

/** Every message that is held by this filter, oldest first, as they came. */
function held(filter: QuarantineFilter, { reader }: ApiContext): readonly number[] {
  const ids: number[] = [];
  let cursor: string | undefined;
  do {
    const page = reader.quarantine({ state: 'held', ...filter }, { limit: 1_000, cursor });
    ids.push(...page.items.map((item) => item.id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && ids.length < maxReplay);
  return ids.slice(0, maxReplay).reverse();
}

const filterOf = ({ device, reason, state }: Static<typeof Filter>): QuarantineFilter => ({
  ...(device === undefined ? {} : { device }),
  ...(reason === undefined ? {} : { reason }),
  ...(state === undefined ? {} : { state }),
});

const isVisible = (id: DeviceId, caller: Caller, context: ApiContext): boolean => {
  const device = context.configuration.device(id);
  return device ? isInScope(caller, device.place, context) : caller.places === null;
};

const itemView = (item: QuarantineEntry, caller: Caller): Static<typeof Item> => ({
  id: item.id,
  device: item.device,
  receivedAt: iso(item.receivedAt),
  topic: item.topic,
  dialect: item.dialect,
  reason: item.reason,
  property: item.property,
  detail: item.detail,
  payload: caller.role === 'admin' ? item.payload : null,
  replayedAt: item.replayedAt === null ? null : iso(item.replayedAt),
});
