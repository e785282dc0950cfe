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
  readonly #bytesUpTo: Statement<{ bytes: number | null }>;
  /** Of the writer; null: to be counted. */
  #bytes: number | null = null;

  constructor(connection: DatabaseSync) {
    this.#put = prepare(connection, 'insert into history_outbox (position, body) values (?, ?)');
    this.#delete = prepare(connection, 'delete from history_outbox where position <= ?');
    this.#after = prepare(
      connection,
      'select body from history_outbox where position > ? order by position limit ?',
    );
    // The length of a blob stands in its row's head: its pages are not read.
    this.#bytesUpTo = prepare(
      connection,
      'select sum(length(body)) as bytes from history_outbox where position <= ?',
    );
    this.#count = prepare(connection, 'select count(*) as n from history_outbox');
    this.#last = prepare(connection, 'select max(position) as position from history_outbox');
  }

  /** Throws when there is one of that position already. */
  put(batch: HistoryBatch): void {
    const body = encodeBatch(batch);
    this.#put.run(batch.position, body);
    if (this.#bytes !== null) this.#bytes += body.length;
  }
  deleteUpTo(upTo: Position): void {
    const bytes = this.bytes() - (this.#bytesUpTo.get(upTo)?.bytes ?? 0);
    this.#delete.run(upTo);
    this.#bytes = bytes;
  }
  /** Of all bodies, as the only writer knows it. */
  bytes(): number {
    this.#bytes ??= this.#bytesUpTo.get(Number.MAX_SAFE_INTEGER)?.bytes ?? 0;
    return this.#bytes;
  }
  /** What was written since the last commit is not. */
  rolledBack(): void {
    this.#bytes = null;
  }
  /** At least one where there is one, and then no more than about so many readings: what is read at a time is held in memory. */
  after(behind: Position, limit: number, mostReadings = Number.POSITIVE_INFINITY): HistoryBatch[] {
    const batches: HistoryBatch[] = [];
    let readings = 0;
    for (const { body } of this.#after.iterate(behind, limit)) {
      const batch = decodeBatch(body);
      batches.push(batch);
      readings += batch.readings.length;
      if (readings >= mostReadings) break;
    }
    return batches;
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
