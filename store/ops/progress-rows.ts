import type { DatabaseSync } from 'node:sqlite';
import type { ClockKind } from '#model/clock.ts';
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

/** The clock that the engine ran on last; undefined before its first start. */
export function clockOf(progress: ProgressRows): ClockKind | undefined {
  const onDataClock = progress.get('data-clock');
  if (onDataClock === undefined) return undefined;
  return onDataClock === 1 ? 'data' : 'system';
}
