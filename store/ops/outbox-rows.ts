import type { DatabaseSync } from 'node:sqlite';
import type { Position } from '#model/brand.ts';
import type { HistoryBatch } from '#store/history/history.ts';
import { decodeBatch, encodeBatch } from '#store/ops/history-batch.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** Decoded batches on their way to history; deleted when history has them. */
export class OutboxRows {
  readonly #put: Statement<never>;
  readonly #delete: Statement<never>;
  readonly #after: Statement<{ body: Uint8Array }>;
  readonly #count: Statement<{ n: number }>;

  constructor(connection: DatabaseSync) {
    this.#put = prepare(connection, 'insert into history_outbox (position, body) values (?, ?)');
    this.#delete = prepare(connection, 'delete from history_outbox where position <= ?');
    this.#after = prepare(
      connection,
      'select body from history_outbox where position > ? order by position limit ?',
    );
    this.#count = prepare(connection, 'select count(*) as n from history_outbox');
  }

  /** Throws when there is one of that position already. */
  put(batch: HistoryBatch): void {
    this.#put.run(batch.position, encodeBatch(batch));
  }
  deleteUpTo(position: Position): void {
    this.#delete.run(position);
  }
  after(position: Position, limit: number): HistoryBatch[] {
    return this.#after.all(position, limit).map((row) => decodeBatch(row.body));
  }
  count(): number {
    return this.#count.get()?.n ?? 0;
  }
}
