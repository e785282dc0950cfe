import type { DatabaseSync } from 'node:sqlite';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** Beside the components: there when all of a snapshot is staged. */
const accepted = ['staged', 'whole'] as const;

interface Key {
  readonly component: string;
  readonly key: string;
}

/**
 * The engine's memory as it was at the snapshot position (model/snapshot.ts). A snapshot that is written bit by bit is
 * staged beside it, and moved over when it is whole, bit by bit again (docs/decisions/236).
 */
export class StateRows {
  readonly #all: Statement<{ key: string; state: string }>;
  readonly #put: Statement<never>;
  readonly #delete: Statement<never>;
  readonly #stage: Statement<never>;
  readonly #nth: Statement<Key>;
  readonly #last: Statement<Key>;
  readonly #move: readonly Statement<never>[];
  readonly #drop: Statement<never>;

  constructor(connection: DatabaseSync) {
    this.#all = prepare(connection, 'select key, state from state where component = ? order by key');
    this.#put = prepare(
      connection,
      `insert into state (component, key, state) values (?, ?, ?)
       on conflict (component, key) do update set state = excluded.state`,
    );
    this.#delete = prepare(connection, 'delete from state where component = ? and key = ?');
    this.#stage = prepare(
      connection,
      `insert into staged_state (component, key, state) values (?, ?, ?)
       on conflict (component, key) do update set state = excluded.state`,
    );
    this.#nth = prepare(
      connection,
      'select component, key from staged_state order by component, key limit 1 offset ?',
    );
    this.#last = prepare(
      connection,
      'select component, key from staged_state order by component desc, key desc limit 1',
    );
    this.#move = [
      `insert into state (component, key, state)
       select component, key, state from staged_state where (component, key) <= (?, ?) and state is not null
       on conflict (component, key) do update set state = excluded.state`,
      `delete from state where (component, key) in
       (select component, key from staged_state where (component, key) <= (?, ?) and state is null)`,
      'delete from staged_state where (component, key) <= (?, ?)',
    ].map((text) => prepare(connection, text));
    this.#drop = prepare(connection, 'delete from staged_state');
  }

  /** One at a time: windows of a day may be many megabytes. Read it to its end before anything is written. */
  *of(component: string): Generator<readonly [key: string, state: string], void> {
    for (const row of this.#all.iterate(component)) yield [row.key, row.state];
  }
  put(component: string, key: string, state: string | null): void {
    if (state === null) this.#delete.run(component, key);
    else this.#put.run(component, key, state);
  }

  /** Not seen by `of` before it is moved. */
  stage(component: string, key: string, state: string | null): void {
    this.#stage.run(component, key, state);
  }
  /** All are there: from now on they count, whether they are moved yet or not. */
  acceptStaged(): void {
    this.put(...accepted, '1');
  }
  /** Puts so many of those that are staged to where `of` sees them; answers whether any are left. */
  moveStaged(most: number): boolean {
    const last = this.#nth.get(most - 1);
    if (last) this.#moveTo(last);
    else this.moveAllStaged();
    return last !== undefined;
  }
  moveAllStaged(): void {
    const last = this.#last.get();
    if (last) this.#moveTo(last);
    this.put(...accepted, null);
  }
  /** Nothing is staged then: those that count are moved, others are no more. */
  settleStaged(): void {
    const [component] = accepted;
    if ([...this.of(component)].length > 0) this.moveAllStaged();
    else this.#drop.run();
  }

  #moveTo(last: Key): void {
    for (const statement of this.#move) statement.run(last.component, last.key);
  }
}
