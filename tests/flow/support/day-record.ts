import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What a day left in the ops store, as lines of JSON. Ids come from log positions, so each is called by its number. */
export interface DayRecord {
  readonly alarms: readonly string[];
  readonly tasks: readonly string[];
  /** `task-3 {…}` for each entry, in order. */
  readonly history: readonly string[];
  readonly notices: readonly string[];
  readonly timers: readonly string[];
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
  const lines = (sql: string) =>
    ops
      .prepare(sql)
      .all()
      .map(({ body }) => named(String(body)));
  return {
    alarms: lines(tables.alarms),
    tasks: lines(tables.tasks),
    history: lines(tables.history),
    notices: lines(tables.notices),
    timers: lines(tables.timers).sort(),
  };
}
