import type { DatabaseSync } from 'node:sqlite';
import type { EpochMs } from '#model/brand.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** Work to be done later; fits tasks/ports.ts by shape. */
export interface Timer {
  readonly id: string;
  readonly due: EpochMs;
  readonly kind: 're-raise' | 'deadline' | 'auto-close' | 'held' | 'held-state';
  readonly ref: string;
}

export class TimerRows {
  readonly #put: Statement<never>;
  readonly #delete: Statement<never>;
  readonly #next: Statement<Timer>;
  readonly #all: Statement<Timer>;

  constructor(connection: DatabaseSync) {
    this.#put = prepare(
      connection,
      `insert into timers (id, due, kind, ref, rank)
       values (?1, ?2, ?3, ?4, coalesce((select seq from tasks where id = ?4), 0))
       on conflict (id) do update set due = excluded.due, kind = excluded.kind, ref = excluded.ref`,
    );
    this.#delete = prepare(connection, 'delete from timers where id = ?');
    this.#next = prepare(connection, 'select id, due, kind, ref from timers order by due, rank, id limit 1');
    this.#all = prepare(connection, 'select id, due, kind, ref from timers order by due, rank, id');
  }

  put(timer: Timer): void {
    this.#put.run(timer.id, timer.due, timer.kind, timer.ref);
  }
  delete(id: string): void {
    this.#delete.run(id);
  }
  /**
   * The earliest; of two at the same time that of the older task, so that the same day fires them alike though the ids of
   * its tasks, which come from positions in the log, are others.
   */
  next(): Timer | undefined {
    const row = this.#next.get();
    return row && { ...row };
  }
  /** In the order in which they fire. */
  all(): readonly Timer[] {
    return this.#all.all().map((row) => ({ ...row }));
  }
}
