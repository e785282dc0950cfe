import type { DatabaseSync } from 'node:sqlite';
import { type EpochMs, epochMs, type PersonId } from '#model/brand.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** How far each person was told a series: what comes again and again, each time about a later time. */
export class ToldRows {
  readonly #put: Statement<never>;
  readonly #until: Statement<{ until: number }>;

  constructor(connection: DatabaseSync) {
    this.#put = prepare(
      connection,
      'insert into told_until (series, person, until) values (?, ?, ?) on conflict (series, person) do update set until = excluded.until',
    );
    this.#until = prepare(connection, 'select until from told_until where series = ? and person = ?');
  }

  put(series: string, person: PersonId, until: EpochMs): void {
    this.#put.run(series, person, until);
  }
  until(series: string, person: PersonId): EpochMs | undefined {
    const row = this.#until.get(series, person);
    return row && epochMs(row.until);
  }
}
