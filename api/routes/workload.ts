import { Type } from 'typebox';
import { filtered, visiblePlaces } from '#api/authorization/access.ts';
import { includes, leaders, managers } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { openStates } from '#api/open-tasks.ts';
import { type Area, areaOf } from '#api/report/area.ts';
import type { Gathering } from '#api/report/gathering.ts';
import { rangeOrMonth } from '#api/routes/indicators.ts';
import { answers, closed, Instant, oneOf, PlaceList, rangeFields, rangeOf } from '#api/schemas.ts';
import type { PersonId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Person } from '#model/community.ts';
import { type Role, roles } from '#model/role.ts';
import { LocalText } from '#model/text.ts';
import type { Burden } from '#tasks/indicators/burden.ts';
import { minutes } from '#tasks/indicators/durations.ts';
import { noRanking } from '#tasks/indicators/figure-words.ts';

const Carried = Type.Object({
  person: Type.String(),
  name: Type.Optional(Type.Union([Type.String(), LocalText])),
  role: oneOf(roles),
  calls: Type.Integer({ description: 'How often a task was given to them' }),
  nightCalls: Type.Integer({ description: 'Of these between 22:00 and 06:00 of the community’s clock' }),
  tasks: Type.Integer({ description: 'Different tasks that they accepted or fed back' }),
  minutes: Type.Number({ description: 'In which tasks were theirs: accepted or in progress' }),
  typed: Type.Integer({ description: 'Texts that they wrote: comments, and titles of tasks they entered' }),
  openTasks: Type.Integer({ description: 'Now, wherever they lie' }),
  openList: Type.String(),
});

/** Who sees the load of others: those who share out the work. */
const sharers: readonly Role[] = [...managers, ...leaders];
/** Whose load is shown also where it is nothing, for who could take more is what the table is for. */
const hands: readonly Role[] = ['grid-worker', 'care-staff', 'volunteer'];
const nothing = { calls: 0, nightCalls: 0, tasks: 0, workMs: 0, typed: 0 };

/** What each person carries. Everybody sees the own load; who shares out the work sees that of their places. */
export function workloadRoutes(
  app: Api,
  context: ApiContext,
  { gathering }: { readonly gathering: Gathering },
): void {
  app.get(
    '/workload',
    {
      config: { access: { roles: 'signed-in', scope: filtered } },
      schema: {
        tags: ['figures'],
        summary:
          'What you carried in a time, or the people of your places whose work you share out; no ranking',
        querystring: closed({ ...rangeFields, place: Type.Optional(PlaceList) }),
        response: answers({
          200: Type.Object({
            period: Type.Object({ from: Instant, to: Instant }),
            note: LocalText,
            items: Type.Array(Carried, { description: 'By name' }),
          }),
        }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const period = rangeOrMonth(rangeOf(request.query), context);
      const isSharer = includes(sharers, caller.role);
      // One's own work counts wherever it was done.
      const looker = isSharer ? caller : { ...caller, places: null };
      const area = areaOf(looker, request.query.place, context);
      const { burdens } = await gathering.burdens({ area, period });
      const people = shownPeople(caller, { area, burdens, isSharer }, context);
      const open = context.reader.openTasksOf();
      const byPerson = new Map(burdens.map((burden) => [burden.person, burden]));
      return {
        period: { from: iso(period.from), to: iso(period.to) },
        note: noRanking,
        items: people.sort(byName).map((person) => {
          const { workMs, ...burden } = byPerson.get(person.id) ?? { person: person.id, ...nothing };
          return {
            ...burden,
            ...(person.name === undefined ? {} : { name: person.name }),
            role: person.role,
            minutes: minutes(workMs),
            openTasks: open.get(person.id) ?? 0,
            openList: `/api/v1/tasks?assignee=${person.id}&state=${openStates.join()}`,
          };
        }),
      };
    },
  );
}

function shownPeople(
  caller: Caller,
  {
    area,
    burdens,
    isSharer,
  }: { readonly area: Area; readonly burdens: readonly Burden[]; readonly isSharer: boolean },
  context: ApiContext,
): Person[] {
  const { configuration } = context;
  if (!isSharer) {
    const own = caller.person === null ? undefined : configuration.person(caller.person);
    return own === undefined ? [] : [own];
  }
  const shown = new Map<PersonId, Person>();
  for (const { person: id } of burdens) {
    const person = configuration.person(id as PersonId);
    if (person) shown.set(person.id, person);
  }
  const inside = new Set(
    area.places ?? visiblePlaces({ ...caller, places: null }, configuration.communityId, context),
  );
  for (const person of configuration.people())
    if (includes(hands, person.role) && person.places.some((place) => inside.has(place)))
      shown.set(person.id, person);
  return [...shown.values()];
}

/** As a list of names is read, so that no figure decides who stands first. */
const byName = (a: Person, b: Person): number => nameOf(a).localeCompare(nameOf(b), 'zh-CN');
const nameOf = ({ id, name }: Person): string =>
  typeof name === 'string' ? name : (name?.zh ?? name?.en ?? id);
