import type { DatabaseSync } from 'node:sqlite';
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { Severity } from '#model/alarm.ts';
import type { EpochMs, PersonId, PlaceId, TaskId } from '#model/brand.ts';
import type { Task, TaskState } from '#model/task.ts';
import type { MilestoneQuery } from '#model/task-milestones.ts';
import { milestoneTerms } from '#store/ops/milestone-filter.ts';
import { numberAfter, type Page, type PageRequest, pageOf } from '#store/ops/page.ts';
import { atPlaces } from '#store/ops/place-filter.ts';
import type { OpsSchema } from '#store/ops/schema.ts';
import { rowsOf } from '#store/ops/sqlite-dialect.ts';
import { parsed } from '#store/ops/statement.ts';
import { type HistoryTail, type TaskRecord, taskFrom } from '#store/ops/work-rows.ts';

/** All that are given must fit. */
export interface TaskFilter {
  /** In any of these; none in the list: no task. */
  readonly states?: readonly TaskState[] | undefined;
  /** null: those that nobody has. */
  readonly assignee?: string | null | undefined;
  /** At any of exactly these places; none in the list: no task. */
  readonly places?: readonly PlaceId[] | undefined;
  readonly category?: string | undefined;
  readonly severity?: Severity | undefined;
  /** Only those that are overdue at this time (tasks/overdue.ts). */
  readonly overdueAt?: EpochMs | undefined;
  readonly rule?: string | undefined;
  readonly milestones?: MilestoneQuery | undefined;
}

/** Newest (last inserted) first, each with its history as `historyOf` gives it. */
export function listTasks(
  connection: DatabaseSync,
  queries: Kysely<OpsSchema>,
  request: {
    readonly filter: TaskFilter;
    readonly page: PageRequest;
    readonly historyOf: (id: TaskId) => HistoryTail;
  },
): Page<Task> {
  const { filter, page } = request;
  let query = fitting(queries.selectFrom('tasks').select(['seq', 'body']), filter)
    .orderBy('seq', 'desc')
    .limit(page.limit + 1);
  if (page.cursor !== undefined) query = query.where('seq', '<', numberAfter(page.cursor));
  return pageOf(rowsOf(connection, query), page.limit, {
    keyOf: (row) => row.seq,
    item: (row) => {
      const record = parsed<TaskRecord>(row.body);
      const { entries, omitted } = request.historyOf(record.id);
      const task = taskFrom(record, entries);
      return omitted === 0 ? task : { ...task, historyOmitted: omitted };
    },
  });
}

/** As much of an open task as counting takes. */
export type TaskHead = Pick<
  Task,
  | 'id'
  | 'state'
  | 'category'
  | 'severity'
  | 'assignee'
  | 'also'
  | 'place'
  | 'acceptBy'
  | 'handleBy'
  | 'verifyBy'
  | 'closeBy'
>;

/** All that are open, in no order: thousands in a flood, so without titles and histories. */
export function listOpenTaskHeads(connection: DatabaseSync, queries: Kysely<OpsSchema>): readonly TaskHead[] {
  const heads = queries
    .selectFrom('tasks')
    .select([
      'id',
      'state',
      'category',
      'assignee',
      'place',
      'accept_by',
      'handle_by',
      'verify_by',
      'close_by',
    ])
    .select(sql<string>`body -> '$.also'`.as('also'))
    .select(sql<Severity>`body ->> '$.severity'`.as('severity'))
    .where(sql<boolean>`open = 1`);
  return rowsOf(connection, heads).map((row) => ({
    id: row.id as TaskId,
    state: row.state as TaskState,
    category: row.category,
    severity: row.severity,
    assignee: row.assignee as PersonId | null,
    also: parsed<readonly PersonId[]>(row.also),
    place: row.place as PlaceId,
    acceptBy: row.accept_by as EpochMs | null,
    handleBy: row.handle_by as EpochMs | null,
    verifyBy: row.verify_by as EpochMs | null,
    closeBy: row.close_by as EpochMs | null,
  }));
}

function fitting<Row>(
  query: SelectQueryBuilder<OpsSchema, 'tasks', Row>,
  filter: TaskFilter,
): SelectQueryBuilder<OpsSchema, 'tasks', Row> {
  const { states, assignee, places, category, severity } = filter;
  let found = query;
  if (states !== undefined) found = found.where(inStates(states));
  if (assignee === null) found = found.where('assignee', 'is', null);
  else if (assignee !== undefined) found = found.where('assignee', '=', assignee);
  if (places !== undefined) found = found.where(atPlaces(places));
  if (category !== undefined) found = found.where('category', '=', category);
  if (severity !== undefined) found = found.where(sql<boolean>`body ->> '$.severity' = ${severity}`);
  if (filter.rule !== undefined) found = found.where('rule', '=', filter.rule);
  const passed = filter.milestones && milestoneTerms(filter.milestones);
  if (passed) found = found.where(sql<boolean>`seq in (select seq from task_milestones where ${passed})`);
  if (filter.overdueAt !== undefined) found = found.where(overdueAt(filter.overdueAt));
  return found;
}

/**
 * One state is looked up by its index. Of several the newest tasks are walked, as with places (place-filter.ts); where
 * all of them are open, only the open ones, of which a partial index knows.
 */
function inStates(states: readonly TaskState[]) {
  if (states.length === 1) return sql<boolean>`state = ${states[0]}`;
  const among = sql<boolean>`+state in (select value from json_each(${JSON.stringify(states)}))`;
  return states.some((state) => ended.has(state)) ? among : sql<boolean>`open = 1 and ${among}`;
}

const ended: ReadonlySet<TaskState> = new Set<TaskState>(['closed', 'evaluated', 'rejected', 'void']);

/** Overdue is derived from the limits, never stored, as tasks/overdue.ts has it. */
const overdueAt = (at: EpochMs) =>
  sql<boolean>`open = 1 and ((state = 'dispatched' and accept_by < ${at})
    or (state in ('accepted', 'in-progress') and handle_by < ${at})
    or (state in ('reported', 'verifying') and verify_by < ${at})
    or (state = 'feedback' and close_by < ${at}))`;
