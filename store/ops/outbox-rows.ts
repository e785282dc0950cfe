import type { DatabaseSync } from 'node:sqlite';
import { type Position, position } from '#model/brand.ts';
import type { HistoryBatch } from '#store/history/history.ts';
import { decodeBatch, encodeBatch } from '#store/ops/history-batch.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** Decoded batches on their way to history; deleted when history has them. */
export class OutboxRows {
  readonly #put: Statement<never>;
  readonly #delete: Statement<never>;
  readonly #after: Statement<{ body: Uint8Array }>;
  readonly #count: Statement<{ n: number }>;
  readonly #last: Statement<{ position: number | null }>;

  constructor(connection: DatabaseSync) {
    this.#put = prepare(connection, 'insert into history_outbox (position, body) values (?, ?)');
    this.#delete = prepare(connection, 'delete from history_outbox where position <= ?');
    this.#after = prepare(
      connection,
      'select body from history_outbox where position > ? order by position limit ?',
    );
    this.#count = prepare(connection, 'select count(*) as n from history_outbox');
    this.#last = prepare(connection, 'select max(position) as position from history_outbox');
  }

  /** Throws when there is one of that position already. */
  put(batch: HistoryBatch): void {
    this.#put.run(batch.position, encodeBatch(batch));
  }
  deleteUpTo(upTo: Position): void {
    this.#delete.run(upTo);
  }
  after(behind: Position, limit: number): HistoryBatch[] {
    return this.#after.all(behind, limit).map((row) => decodeBatch(row.body));
  }
  /** Of the newest batch; undefined: there is none. */
  last(): Position | undefined {
    const last = this.#last.get()?.position ?? null;
    return last === null ? undefined : position(last);
  }
  count(): number {
    return this.#count.get()?.n ?? 0;
  }
}
