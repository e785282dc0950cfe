import type { DatabaseSync } from 'node:sqlite';
import { prepare, type Statement } from '#store/ops/statement.ts';

export type ProgressName = 'position' | 'snapshot-position' | 'engine-now' | 'data-clock';

/** How far the engine came: a number by name. */
export class ProgressRows {
  readonly #get: Statement<{ value: number }>;
  readonly #put: Statement<never>;

  constructor(connection: DatabaseSync) {
    this.#get = prepare(connection, 'select value from progress where name = ?');
    this.#put = prepare(
      connection,
      'insert into progress (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
    );
  }

  get(name: ProgressName): number | undefined {
    return this.#get.get(name)?.value;
  }
  put(name: ProgressName, value: number): void {
    this.#put.run(name, value);
  }
}
