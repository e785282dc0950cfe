import type { DatabaseSync } from 'node:sqlite';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** Beside the components: rows up to the newest of these are of whole snapshots. */
const accepted = 'accepted';

/**
 * The engine's memory as it was at the snapshot position (model/snapshot.ts). Rows of a snapshot are put behind those of
 * the ones before and count from `accept` on; `clean` takes away what they supersede. To put them in its place would write
 * each page of the table for a row or two (docs/decisions/236).
 */
export class MemoryRows {
  readonly #end: Statement<{ seq: number | null }>;
  readonly #all: Statement<{ key: string; state: string }>;
  readonly #put: Statement<never>;
  readonly #clean: readonly Statement<never>[];
  readonly #drop: Statement<never>;
  /** Up to there all is cleaned. */
  #cleanedTo = 0;
  /** Where the rows that count end. */
  #acceptedTo: number;

  constructor(connection: DatabaseSync) {
    this.#end = prepare(connection, 'select max(seq) as seq from memory where component = ?');
    this.#all = prepare(
      connection,
      `select key, state from memory as kept
       where component = ?1 and state is not null and seq =
         (select max(seq) from memory where component = ?1 and key = kept.key and seq <= ?2)
       order by key`,
    );
    this.#put = prepare(connection, 'insert into memory (component, key, state) values (?, ?, ?)');
    this.#clean = [
      `delete from memory where seq in
       (select older.seq from memory as newer
        join memory as older on older.component = newer.component and older.key = newer.key and older.seq < newer.seq
        where newer.seq between ? and ?)`,
      'delete from memory where seq between ? and ? and state is null',
    ].map((text) => prepare(connection, text));
    this.#drop = prepare(connection, 'delete from memory where seq > ?');
    this.#acceptedTo = this.#end.get(accepted)?.seq ?? 0;
  }

  /** What counts, one at a time: windows of a day may be many megabytes. Read it to its end before anything is written. */
  *of(component: string): Generator<readonly [key: string, state: string], void> {
    for (const row of this.#all.iterate(component, this.#acceptedTo)) yield [row.key, row.state];
  }

  put(component: string, key: string, state: string | null): void {
    this.#put.run(component, key, state);
  }
  /** All that was put counts from the commit on. */
  accept(): void {
    this.put(accepted, '', '');
    this.#acceptedTo = this.#end.get(accepted)?.seq ?? 0;
  }

  /** Takes away what so many of the rows that count supersede; answers whether more may be to do. */
  clean(most: number): boolean {
    const from = this.#cleanedTo + 1;
    const to = Math.min(this.#cleanedTo + most, this.#acceptedTo);
    for (const statement of this.#clean) statement.run(from, to);
    this.#cleanedTo = to;
    return to < this.#acceptedTo;
  }

  /** Takes away what does not count. Not while a snapshot is being put. */
  settle(): void {
    this.#acceptedTo = this.#end.get(accepted)?.seq ?? 0;
    this.#drop.run(this.#acceptedTo);
    this.#cleanedTo = 0;
    this.clean(this.#acceptedTo);
  }
}
