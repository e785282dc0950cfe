import { type Static, Type } from 'typebox';
import { everywhere, filtered } from '#api/authorization/access.ts';
import { admins } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mapPage, pageBySortKey, visiblePage } from '#api/paging.ts';
import { answers, closed, Id, nullable, oneOf, pageFields, pageOf, pageRequest } from '#api/schemas.ts';
import {
  mayKnowOf,
  QuarantineGroupSchema,
  QuarantineItem,
  quarantineGroupView,
  quarantineView,
} from '#api/views/quarantine-view.ts';
import { GridbellError } from '#model/errors.ts';
import { quarantineReasons } from '#model/quarantine.ts';
import type { QuarantineGroup } from '#store/ops/quarantine-groups.ts';
import { type QuarantineFilter, quarantineStates } from '#store/ops/quarantine-list.ts';

const maxChosen = 10_000;
/** Of one command: alarms wait behind it. */
const atOnce = { entries: 250, bytes: 2 ** 20 } as const;
/** A device that invents names of properties makes a group with each message. */
const mostGroups = 10_000;

const filterFields = {
  device: Type.Optional(Id),
  dialect: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  reason: Type.Optional(oneOf(quarantineReasons)),
  state: Type.Optional(oneOf(quarantineStates)),
};
const Filter = closed({
  ...filterFields,
  property: Type.Optional(
    nullable(Type.String({ maxLength: 200, description: 'null: whole messages only' })),
  ),
});
const Choice = closed({
  ids: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }), { maxItems: maxChosen })),
  filter: Type.Optional(Filter),
});
const Replayed = Type.Object({
  replayed: Type.Integer({ description: 'Read again' }),
  read: Type.Integer({ description: 'Of those, from how many something became a reading' }),
  readings: Type.Integer({ description: 'How many readings they gave, those that stood already included' }),
  returned: Type.Integer({ description: 'Still no readings: entries that came back' }),
  missing: Type.Array(Type.Integer(), { description: 'Were held no more' }),
});
const Discarded = Type.Object({
  discarded: Type.Integer({ description: 'Put away; they can still be read' }),
  missing: Type.Array(Type.Integer(), { description: 'Were held no more' }),
});

/** What was acknowledged and is no reading. Its content may hold anything, so only an admin sees it. */
export function quarantineRoutes(app: Api, context: ApiContext): void {
  const tags = ['quarantine'];
  const access = { roles: ['admin', 'property-manager', 'auditor'], scope: filtered } as const;

  app.get(
    '/quarantine',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Messages and values that were kept but are no readings, newest first',
        querystring: closed({ ...pageFields, ...filterFields }),
        response: answers({ 200: pageOf(QuarantineItem) }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const filter = filterOf(request.query);
      const page = visiblePage(
        pageRequest(request.query),
        (wanted) => context.reader.quarantine(filter, wanted),
        (item) => mayKnowOf(item.device, caller, context),
      );
      return mapPage(page, (item) => quarantineView(item, caller, context));
    },
  );

  app.get(
    '/quarantine/groups',
    {
      config: { access },
      schema: {
        tags,
        summary:
          'What went wrong in the same way, counted: what is held first, newest first, 10,000 at most; each with its newest entry',
        querystring: closed({ ...pageFields, ...filterFields }),
        response: answers({ 200: pageOf(QuarantineGroupSchema) }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const groups = context.reader.quarantineGroups({
        filter: filterOf(request.query),
        devices: devicesOf(caller, context),
        limit: mostGroups,
      });
      return pageBySortKey(groups, request.query, {
        keyOf: groupKey,
        view: (group) => quarantineGroupView(group, caller, context),
      });
    },
  );

  app.post(
    '/quarantine/replay',
    {
      config: { access: { roles: admins, scope: everywhere } },
      schema: {
        tags,
        summary: 'Decode again what is held, by ids or by filter; the 10,000 oldest of them at most',
        body: Choice,
        response: answers({ 200: Type.Object({ asked: Type.Integer(), outcome: nullable(Replayed) }) }),
      },
    },
    async (request) => {
      const chosen = chosenBy(request.body, context);
      if (chosen.length === 0) return { asked: 0, outcome: null };
      const sum = { replayed: 0, read: 0, readings: 0, returned: 0, missing: [] as number[] };
      for (const ids of inTurns(chosen, context)) {
        const done = (await context.execute(callerOf(request), { name: 'replay-quarantine', ids })) as Static<
          typeof Replayed
        >;
        for (const key of ['replayed', 'read', 'readings', 'returned'] as const) sum[key] += done[key];
        sum.missing.push(...done.missing);
      }
      return { asked: chosen.length, outcome: sum };
    },
  );

  app.post(
    '/quarantine/discard',
    {
      config: { access: { roles: admins, scope: everywhere } },
      schema: {
        tags,
        summary: 'Put away what is held and is not to be read again, as for replay',
        body: Choice,
        response: answers({ 200: Type.Object({ asked: Type.Integer(), outcome: nullable(Discarded) }) }),
      },
    },
    async (request) => {
      const chosen = chosenBy(request.body, context);
      if (chosen.length === 0) return { asked: 0, outcome: null };
      const sum = { discarded: 0, missing: [] as number[] };
      for (const ids of inTurns(chosen, context)) {
        const done = (await context.execute(callerOf(request), {
          name: 'discard-quarantine',
          ids,
        })) as Static<typeof Discarded>;
        sum.discarded += done.discarded;
        sum.missing.push(...done.missing);
      }
      return { asked: chosen.length, outcome: sum };
    },
  );
}

/** Ids as they are given, or those of all that is held by the filter, in the order in which they came. Throws invalid-input. */
function chosenBy({ filter, ids }: Static<typeof Choice>, { reader }: ApiContext): readonly number[] {
  if ((ids === undefined) === (filter === undefined))
    throw new GridbellError('invalid-input', 'Either ids or filter says which.');
  if (filter?.state !== undefined && filter.state !== 'held')
    throw new GridbellError('invalid-input', 'filter.state: only what is held can be chosen.');
  return ids ?? reader.quarantineIds({ ...filterOf(filter ?? {}), state: 'held' }, maxChosen);
}

/** In commands of which none is long, so that what comes meanwhile takes its turn in between. */
function* inTurns(ids: readonly number[], { reader }: ApiContext): Iterable<readonly number[]> {
  const sizes = reader.quarantineBytes(ids);
  let turn: number[] = [];
  let bytes = 0;
  for (const id of ids) {
    const size = sizes.get(id) ?? 0;
    if (turn.length > 0 && (turn.length >= atOnce.entries || bytes + size > atOnce.bytes)) {
      yield turn;
      turn = [];
      bytes = 0;
    }
    turn.push(id);
    bytes += size;
  }
  if (turn.length > 0) yield turn;
}

/** Whose groups the caller may see; undefined: all, also of devices that nobody knows. */
const devicesOf = (caller: Caller, context: ApiContext): readonly string[] | undefined =>
  caller.places === null
    ? undefined
    : [...context.configuration.devices()].flatMap(({ id }) => (mayKnowOf(id, caller, context) ? [id] : []));

/** Rises with what can wait longer. */
function groupKey({ device, dialect, held, last, property, reason }: QuarantineGroup): string {
  const age = String(Number.MAX_SAFE_INTEGER - last).padStart(16, '0');
  return [held > 0 ? 0 : 1, age, device, dialect, reason, property ?? ''].join(' ');
}

const filterOf = ({ device, dialect, property, reason, state }: Static<typeof Filter>): QuarantineFilter => ({
  ...(device === undefined ? {} : { device }),
  ...(dialect === undefined ? {} : { dialect }),
  ...(property === undefined ? {} : { property }),
  ...(reason === undefined ? {} : { reason }),
  ...(state === undefined ? {} : { state }),
});
