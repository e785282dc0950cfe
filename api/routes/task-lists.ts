import { type Static, Type } from 'typebox';
import { filtered, visiblePlaces } from '#api/authorization/access.ts';
import { maySeeTask } from '#api/authorization/task-concern.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { milestoneFields, milestoneQuery } from '#api/milestone-fields.ts';
import { headsIn } from '#api/open-work.ts';
import { mapPage, visiblePage } from '#api/paging.ts';
import { answers, closed, Id, oneOf, PlaceList, pageFields, pageOf, pageRequest } from '#api/schemas.ts';
import { invalidInput } from '#api/validation.ts';
import { readerOf, TaskSchema, taskView } from '#api/views/task-view.ts';
import { severities } from '#model/alarm.ts';
import type { EpochMs } from '#model/brand.ts';
import { type TaskState, taskStates } from '#model/task.ts';
import type { TaskFilter } from '#store/ops/task-list.ts';
import { isOverdue } from '#tasks/overdue.ts';

const filterFields = {
  state: Type.Optional(
    Type.String({
      maxLength: 300,
      description: `One state or several with commas between: ${taskStates.join()}`,
    }),
  ),
  assignee: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'A person, `me`, or `none` for what nobody has',
    }),
  ),
  place: Type.Optional(PlaceList),
  category: Type.Optional(Id),
  severity: Type.Optional(oneOf(severities)),
  overdue: Type.Optional(Type.Boolean()),
};
const Filter = closed(filterFields);
const listFields = { rule: Type.Optional(Id), ...milestoneFields };
const ListFilter = closed({ ...filterFields, ...listFields });

const Counts = Type.Object({
  open: Type.Integer(),
  overdue: Type.Integer(),
  unassigned: Type.Integer({ description: 'Open and nobody’s' }),
  mine: Type.Integer({ description: 'Open and the caller’s' }),
  states: Type.Record(Type.String(), Type.Integer(), { description: 'Of the states in which any is' }),
});

/** Lists of tasks, and how many there are. */
export function taskListRoutes(app: Api, context: ApiContext): void {
  const tags = ['tasks'];
  const { reader } = context;
  const access = { roles: 'signed-in', scope: filtered } as const;

  app.get(
    '/tasks',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Tasks that are yours or lie in your places, newest first',
        querystring: closed({
          ...pageFields,
          ...filterFields,
          ...listFields,
          history: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1_000,
              description: 'No more of each history than its newest entries; default: all',
            }),
          ),
        }),
        response: answers({ 200: pageOf(TaskSchema) }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { history, overdue } = request.query;
      const now = context.platform.now();
      const filter = filterOf(request.query, { caller, now, context });
      if (filter === null) return { items: [], next: null };
      const page = visiblePage(
        pageRequest(request.query),
        (wanted) => reader.tasks(filter, { ...wanted, history }),
        (task) => maySeeTask(task, caller, context) && (overdue !== false || !isOverdue(task, now)),
      );
      return mapPage(page, (task) => taskView(task, readerOf(request), context));
    },
  );

  app.get(
    '/tasks/counts',
    {
      config: { access },
      schema: {
        tags,
        summary: 'How many open tasks there are for you to see, by state',
        querystring: Filter,
        response: answers({ 200: Counts }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { overdue } = request.query;
      const now = context.platform.now();
      const filter = filterOf(request.query, { caller, now, context });
      const heads = filter === null ? [] : (await context.openWork.current()).tasks.filter(headsIn(filter));
      const seen = heads.filter(
        (task) => maySeeTask(task, caller, context) && (overdue !== false || !isOverdue(task, now)),
      );
      const states: Record<string, number> = {};
      for (const { state } of seen) states[state] = (states[state] ?? 0) + 1;
      return {
        open: seen.length,
        overdue: seen.filter((task) => isOverdue(task, now)).length,
        unassigned: seen.filter(({ assignee }) => assignee === null).length,
        mine: seen.filter(({ assignee }) => assignee !== null && assignee === caller.person).length,
        states,
      };
    },
  );
}

/** null: nothing can fit, as when somebody without a person asks for what is theirs. */
function filterOf(
  query: Static<typeof ListFilter>,
  { caller, now, context }: { readonly caller: Caller; readonly now: EpochMs; readonly context: ApiContext },
): TaskFilter | null {
  const { state, assignee, place, category, severity, overdue, rule } = query;
  const passed = milestoneQuery(query);
  if (assignee === 'me' && caller.person === null) return null;
  // Own tasks may lie anywhere, so only what was asked for narrows the search; the rest is left out one by one.
  const places = place === undefined ? undefined : visiblePlaces({ ...caller, places: null }, place, context);
  return {
    ...(state === undefined ? {} : { states: statesOf(state) }),
    ...(assignee === undefined ? {} : { assignee: assigneeOf(assignee, caller) }),
    ...(places === undefined ? {} : { places }),
    ...(category === undefined ? {} : { category }),
    ...(severity === undefined ? {} : { severity }),
    ...(overdue === true ? { overdueAt: now } : {}),
    ...(rule === undefined ? {} : { rule }),
    ...(passed === undefined ? {} : { milestones: passed }),
  };
}

function statesOf(text: string): readonly TaskState[] {
  const words = text.split(',').map((word) => word.trim());
  const states = taskStates.filter((state) => words.includes(state));
  if (words.some((word) => !taskStates.some((state) => state === word)))
    throw invalidInput([{ path: 'state', message: `must be of ${taskStates.join(', ')}` }]);
  return states;
}

function assigneeOf(word: string, { person }: Caller): string | null {
  if (word === 'none') return null;
  return word === 'me' ? person : word;
}
