import type { DatabaseSync } from 'node:sqlite';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** The engine's memory as it was at the snapshot position (model/snapshot.ts). */
export class StateRows {
  readonly #all: Statement<{ key: string; state: string }>;
  readonly #put: Statement<never>;
  readonly #delete: Statement<never>;

  constructor(connection: DatabaseSync) {
    this.#all = prepare(connection, 'select key, state from state where component = ? order by key');
    this.#put = prepare(
      connection,
      `insert into state (component, key, state) values (?, ?, ?)
       on conflict (component, key) do update set state = excluded.state`,
    );
    this.#delete = prepare(connection, 'delete from state where component = ? and key = ?');
  }

  /** One at a time: windows of a day may be many megabytes. Read it to its end before anything is written. */
  *of(component: string): Generator<readonly [key: string, state: string], void> {
    for (const row of this.#all.iterate(component)) yield [row.key, row.state];
  }
  put(component: string, key: string, state: string | null): void {
    if (state === null) this.#delete.run(component, key);
    else this.#put.run(component, key, state);
  }
}
