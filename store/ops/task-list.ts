import type { DatabaseSync } from 'node:sqlite';
import { type Kysely, sql } from 'kysely';
import type { EpochMs, PlaceId, TaskId } from '#model/brand.ts';
import type { Task, TaskHistoryEntry, TaskState } from '#model/task.ts';
import { numberAfter, type Page, type PageRequest, pageOf } from '#store/ops/page.ts';
import { atPlaces } from '#store/ops/place-filter.ts';
import type { OpsSchema } from '#store/ops/schema.ts';
import { rowsOf } from '#store/ops/sqlite-dialect.ts';
import { parsed } from '#store/ops/statement.ts';
import { type TaskRecord, taskFrom } from '#store/ops/work-rows.ts';

/** All that are given must fit. */
export interface TaskFilter {
  readonly state?: TaskState | undefined;
  readonly assignee?: string | undefined;
  /** At any of exactly these places; none in the list: no task. */
  readonly places?: readonly PlaceId[] | undefined;
  readonly category?: string | undefined;
  /** Only those that are overdue at this time: not accepted by `acceptBy`, or not handled by `handleBy`. */
  readonly overdueAt?: EpochMs | undefined;
}

/** Newest (last inserted) first, each with its history. */
export function listTasks(
  connection: DatabaseSync,
  queries: Kysely<OpsSchema>,
  request: {
    readonly filter: TaskFilter;
    readonly page: PageRequest;
    readonly historyOf: (id: TaskId) => readonly TaskHistoryEntry[];
  },
): Page<Task> {
  const { filter, page } = request;
  let query = queries
    .selectFrom('tasks')
    .select(['seq', 'body'])
    .orderBy('seq', 'desc')
    .limit(page.limit + 1);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.assignee !== undefined) query = query.where('assignee', '=', filter.assignee);
  if (filter.places !== undefined) query = query.where(atPlaces(filter.places));
  if (filter.category !== undefined) query = query.where('category', '=', filter.category);
  if (filter.overdueAt !== undefined) query = query.where(overdueAt(filter.overdueAt));
  if (page.cursor !== undefined) query = query.where('seq', '<', numberAfter(page.cursor));
  return pageOf(rowsOf(connection, query), page.limit, {
    keyOf: (row) => row.seq,
    item: (row) => {
      const record = parsed<TaskRecord>(row.body);
      return taskFrom(record, request.historyOf(record.id));
    },
  });
}

/** Overdue is derived from the limits, never stored; whoever gave feedback has handled it. */
const overdueAt = (at: EpochMs) =>
  sql<boolean>`open = 1 and ((state = 'dispatched' and accept_by < ${at})
    or (state in ('accepted', 'in-progress') and handle_by < ${at}))`;
