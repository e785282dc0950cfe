import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What a day left in the stores of tasks and of the notifier, as lines of JSON. Ids come from log positions, so each is called by its number. */
export interface DayRecord {
  readonly alarms: readonly string[];
  readonly tasks: readonly string[];
  /** `task-3 {…}` for each entry, in order. */
  readonly history: readonly string[];
  readonly notices: readonly string[];
  readonly timers: readonly string[];
  /** Whom each notice was brought to, and why so: `notice state [reasons]`. */
  readonly messages: readonly string[];
  /** `key state`: one for each notice and channel that it went to. */
  readonly deliveries: readonly string[];
  /** An id as this record calls it. */
  readonly nameOf: (text: string) => string;
  /** The keys of deliveries that were tried more than once. */
  readonly triedAgain: readonly string[];
}

const tables = {
  alarms: `select body from alarms order by seq`,
  tasks: `select body from tasks order by seq`,
  history: `select task || ' ' || json_object('n', n, 'at', at, 'actor', actor, 'action', action, 'from', from_state,
    'to', to_state, 'comment', comment, 'reason', reason, 'because', json(because)) as body
    from task_history join tasks on tasks.id = task order by tasks.seq, n`,
  notices: `select body from notices order by seq`,
  timers: `select json_object('id', id, 'due', due, 'kind', kind, 'ref', ref) as body from timers order by due, id`,
} as const;

/** Of a platform that has stopped. */
export function dayRecord(dataDir: string): DayRecord {
  using ops = new DatabaseSync(join(dataDir, 'ops.db'), { readOnly: true });
  const ids = (table: 'alarms' | 'tasks'): readonly (readonly [string, string])[] =>
    ops
      .prepare(`select id from ${table} order by seq`)
      .all()
      .map(({ id }, index) => [String(id), `${table.slice(0, -1)}-${index + 1}`]);
  // The longest first: `t-X_2` is no `t-X` with something after it.
  const names = [...ids('alarms'), ...ids('tasks')].sort(([a], [b]) => b.length - a.length);
  const named = (text: string): string =>
    names
      .reduce((line, [id, name]) => line.replaceAll(id, name), text)
      .replace(/"position":\d+/, '"position":0');
  using notify = new DatabaseSync(join(dataDir, 'notify.db'), { readOnly: true });
  const linesOf = (store: DatabaseSync, sql: string) =>
    store
      .prepare(sql)
      .all()
      .map(({ body }) => named(String(body)));
  const lines = (sql: string) => linesOf(ops, sql);
  return {
    alarms: lines(tables.alarms),
    tasks: lines(tables.tasks),
    history: lines(tables.history),
    notices: lines(tables.notices),
    timers: lines(tables.timers).sort(),
    messages: linesOf(
      notify,
      `select id || ' ' || state || ' ' || json_extract(body, '$.because') as body from messages order by seq`,
    ),
    deliveries: linesOf(notify, `select key || ' ' || state as body from deliveries`).sort(),
    triedAgain: linesOf(
      notify,
      `select key as body from deliveries where json_extract(body, '$.attempts') > 1`,
    ).sort(),
    nameOf: named,
  };
}

/** How far a running platform is, by its stores. */
export interface DayProgress {
  /** Time of the engine, committed. */
  readonly now: number;
  /** What the notifier has still to do until then: notices to take, messages to look at, deliveries to make. */
  readonly open: number;
  /** When something falls due next, of tasks or of messages; null: nothing does. */
  readonly next: number | null;
}

export function dayProgress(dataDir: string): DayProgress {
  using ops = new DatabaseSync(join(dataDir, 'ops.db'), { readOnly: true });
  using notify = new DatabaseSync(join(dataDir, 'notify.db'), { readOnly: true });
  const count = (store: DatabaseSync, sql: string, ...values: number[]): number =>
    Number(store.prepare(sql).get(...values)?.['count'] ?? 0);
  const now = count(ops, `select value as count from progress where name = 'engine-now'`);
  const position = count(notify, `select value as count from progress where name = 'position'`);
  const next = [
    count(ops, 'select min(due) as count from timers where due > ?', now),
    count(notify, 'select min(due_at) as count from messages where due_at > ?', now),
    count(notify, 'select min(due_at) as count from deliveries where due_at > ?', now),
  ].filter((due) => due > 0);
  return {
    now,
    open:
      count(ops, 'select count(*) as count from notices where seq > ?', position) +
      count(notify, 'select count(*) as count from messages where due_at <= ?', now) +
      count(notify, `select count(*) as count from deliveries where due_at <= ? or state = 'trying'`, now),
    next: next.length === 0 ? null : Math.min(...next),
  };
}
