import type { DatabaseSync } from 'node:sqlite';
import { type EpochMs, epochMs, type PersonId } from '#model/brand.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** When each person was given a task of a list (a category) last. */
export class TurnRows {
  readonly #put: Statement<never>;
  readonly #last: Statement<{ at: number }>;

  constructor(connection: DatabaseSync) {
    this.#put = prepare(
      connection,
      'insert into turns (list, person, at) values (?, ?, ?) on conflict (list, person) do update set at = excluded.at',
    );
    this.#last = prepare(connection, 'select at from turns where list = ? and person = ?');
  }

  put(list: string, person: PersonId, at: EpochMs): void {
    this.#put.run(list, person, at);
  }
  last(list: string, person: PersonId): EpochMs | undefined {
    const row = this.#last.get(list, person);
    return row && epochMs(row.at);
  }
}
