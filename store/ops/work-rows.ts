import type { DatabaseSync } from 'node:sqlite';
import type { Alarm } from '#model/alarm.ts';
import {
  type AlarmId,
  type EpochMs,
  epochMs,
  type PersonId,
  type PlaceId,
  type RuleId,
  type TaskId,
} from '#model/brand.ts';
import { chainHash, chainStart } from '#model/history-chain.ts';
import type { Reason } from '#model/reason.ts';
import type { JoinScope } from '#model/rule.ts';
import type { Task, TaskHistoryEntry, TaskState } from '#model/task.ts';
import type { TaskTiming } from '#model/task-timing.ts';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';

/** A task as it is kept: its history apart, and with what only tasks/ needs of it. Fits tasks/ports.ts by shape. */
export type TaskRecord = Omit<Task, 'history'> & {
  readonly join: { readonly by: JoinScope; readonly withinMs: number } | null;
  readonly lastAlarmAt: EpochMs | null;
  readonly reRaiseMs: number | null;
  readonly enteredAt?: EpochMs;
  readonly timing?: TaskTiming;
};

/** All that are given must fit; with none, every open task. */
export interface OpenTaskFilter {
  readonly rule?: RuleId;
  readonly key?: string;
  readonly category?: string;
  readonly assignee?: PersonId;
}

/** The newest entries in their order, and how many older ones there are. */
export interface HistoryTail {
  readonly entries: readonly TaskHistoryEntry[];
  readonly omitted: number;
}

export interface HistoryHead {
  readonly n: number;
  /** Stands for all entries up to that one (model/history-chain.ts). */
  readonly hash: string;
}

interface HistoryRow {
  at: number;
  actor: string;
  action: string;
  from_state: TaskState | null;
  to_state: TaskState;
  comment: string | null;
  reason: string | null;
  because: string | null;
}

/** Alarms and tasks by id, and the tasks that are open: what the engine asks for each transition. */
export class WorkRows {
  readonly #connection: DatabaseSync;
  readonly #alarm: Statement<{ body: string }>;
  readonly #putAlarm: Statement<never>;
  readonly #task: Statement<{ body: string }>;
  readonly #putTask: Statement<never>;
  readonly #history: Statement<HistoryRow>;
  readonly #historyTail: Statement<HistoryRow & { n: number }>;
  readonly #appendHistory: Statement<never>;
  readonly #head: Statement<HistoryHead>;
  readonly #putHead: Statement<never>;
  readonly #countOpen: Statement<{ n: number }>;
  readonly #whereabouts: Statement<{ place: string }>;
  readonly #openTasks = new Map<string, Statement<{ body: string }>>();

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
    const upsert = (table: 'alarms' | 'tasks') =>
      prepare(
        connection,
        `insert into ${table} (id, body) values (?, ?) on conflict (id) do update set body = excluded.body`,
      );
    this.#alarm = prepare(connection, 'select body from alarms where id = ?');
    this.#putAlarm = upsert('alarms');
    this.#task = prepare(connection, 'select body from tasks where id = ?');
    this.#putTask = upsert('tasks');
    this.#history = prepare(
      connection,
      `select at, actor, action, from_state, to_state, comment, reason, because from task_history where task = ? order by n`,
    );
    this.#historyTail = prepare(
      connection,
      `select n, at, actor, action, from_state, to_state, comment, reason, because from task_history where task = ? order by n desc limit ?`,
    );
    this.#appendHistory = prepare(
      connection,
      `insert into task_history (task, n, at, actor, action, from_state, to_state, comment, reason, because, hash)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#head = prepare(connection, 'select n, hash from history_heads where task = ?');
    this.#putHead = prepare(
      connection,
      `insert into history_heads (task, n, hash) values (?, ?, ?)
       on conflict (task) do update set n = excluded.n, hash = excluded.hash`,
    );
    this.#countOpen = prepare(connection, 'select count(*) as n from tasks where open = 1 and assignee = ?');
    // The states as the index has them (migration 018): somebody who has very many open tasks is at work on few.
    this.#whereabouts = prepare(
      connection,
      `select place from tasks where state in ('accepted', 'in-progress') and assignee = ? order by seq desc limit 1`,
    );
  }

  alarm(id: AlarmId): Alarm | undefined {
    const row = this.#alarm.get(id);
    return row && parsed<Alarm>(row.body);
  }
  putAlarm(alarm: Alarm): void {
    this.#putAlarm.run(alarm.id, JSON.stringify(alarm));
  }

  task(id: TaskId): TaskRecord | undefined {
    const row = this.#task.get(id);
    return row && parsed<TaskRecord>(row.body);
  }
  putTask(task: TaskRecord): void {
    this.#putTask.run(task.id, JSON.stringify(task));
  }

  history(task: TaskId): TaskHistoryEntry[] {
    return this.#history.all(task).map(entryFrom);
  }
  /** The newest `limit` in their order; they are numbered without gaps, so the first one tells how many came before. */
  historyTail(task: TaskId, limit: number): HistoryTail {
    const rows = this.#historyTail.all(task, limit).toReversed();
    return { entries: rows.map(entryFrom), omitted: (rows[0]?.n ?? 1) - 1 };
  }
  /** Chained to the entry before it. */
  appendHistory(task: TaskId, entry: TaskHistoryEntry): void {
    const { at, actor, action, from, to, comment, reason } = entry;
    const because = entry.because === undefined ? null : JSON.stringify(entry.because);
    const head = this.historyHead(task) ?? { n: 0, hash: chainStart };
    const n = head.n + 1;
    const hash = chainHash(head.hash, { task, n, at, actor, action, from, to, comment, reason, because });
    this.#appendHistory.run(task, n, at, actor, action, from, to, comment, reason, because, hash);
    this.#putHead.run(task, n, hash);
  }
  /** The number and the hash of its newest entry; undefined: it has no history. */
  historyHead(task: TaskId): HistoryHead | undefined {
    return this.#head.get(task);
  }

  /** Newest first. */
  openTasks(filter: OpenTaskFilter): TaskRecord[] {
    const columns = openTaskColumns.filter((column) => filter[column] !== undefined);
    const values = columns.map((column) => filter[column] ?? null);
    return this.#openTasksBy(columns)
      .all(...values)
      .map((row) => parsed<TaskRecord>(row.body));
  }
  countOpen(assignee: PersonId): number {
    return this.#countOpen.get(assignee)?.n ?? 0;
  }
  whereabouts(assignee: PersonId): PlaceId | undefined {
    return this.#whereabouts.get(assignee)?.place as PlaceId | undefined;
  }

  /** The sixteen filters that there are, each prepared at its first use. */
  #openTasksBy(columns: readonly (typeof openTaskColumns)[number][]): Statement<{ body: string }> {
    const name = columns.join();
    const known = this.#openTasks.get(name);
    if (known) return known;
    const match = columns.map((column) => `and ${column} = ?`).join(' ');
    const statement = prepare<{ body: string }>(
      this.#connection,
      `select body from tasks where open = 1 ${match} order by seq desc`,
    );
    this.#openTasks.set(name, statement);
    return statement;
  }
}

const openTaskColumns = ['rule', 'key', 'category', 'assignee'] as const;

export const entryFrom = (row: HistoryRow): TaskHistoryEntry => ({
  at: epochMs(row.at),
  actor: row.actor,
  action: row.action,
  from: row.from_state,
  to: row.to_state,
  comment: row.comment,
  reason: row.reason,
  ...(row.because === null ? {} : { because: parsed<readonly Reason[]>(row.because) }),
});

/** The task that people see: with its history, without what only tasks/ needs. */
export function taskFrom(record: TaskRecord, history: readonly TaskHistoryEntry[]): Task {
  const {
    join: _join,
    lastAlarmAt: _lastAlarmAt,
    reRaiseMs: _reRaiseMs,
    timing: _timing,
    enteredAt: _enteredAt,
    ...task
  } = record;
  return { ...task, history };
}
