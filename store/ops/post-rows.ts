import type { DatabaseSync } from 'node:sqlite';
import type { Alarm } from '#model/alarm.ts';
import type { AlarmId, EpochMs } from '#model/brand.ts';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';

/** What was asked for from outside, by hash, and the alarms of it that stand. Fits tasks/ports.ts `PostStore` by shape. */
export class PostRows {
  readonly #done: Statement<{ alarm: AlarmId | null }>;
  readonly #put: Statement<never>;
  readonly #standing: Statement<{ body: string }>;

  constructor(connection: DatabaseSync) {
    this.#done = prepare(connection, 'select alarm from posts where hash = ?');
    this.#put = prepare(connection, 'insert into posts (hash, alarm, at) values (?, ?, ?)');
    // As the index has it, or it would not be taken.
    this.#standing = prepare(
      connection,
      `select body from alarms where rule = ? and body ->> '$.key' = ?
       and state = 'active' and body ->> '$.posted.by' is not null`,
    );
  }

  done(hash: string): { readonly alarm: AlarmId | null } | undefined {
    return this.#done.get(hash);
  }
  /** Throws when it was put before. */
  put(hash: string, done: { readonly alarm: AlarmId | null; readonly at: EpochMs }): void {
    this.#put.run(hash, done.alarm, done.at);
  }
  standing({ key, rule }: Pick<Alarm, 'rule' | 'key'>): Alarm | undefined {
    const row = this.#standing.get(rule, key);
    return row && parsed<Alarm>(row.body);
  }
}
