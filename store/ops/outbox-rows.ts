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
  readonly #bytesBetween: Statement<{ bytes: number | null }>;
  readonly #first: Statement<{ position: number | null }>;
  readonly #count: Statement<{ n: number }>;
  readonly #last: Statement<{ position: number | null }>;
  readonly #naming: Statement<{ position: number; body: Uint8Array }>;
  readonly #replace: Statement<never>;
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
    this.#naming = prepare(connection, 'select position, body from history_outbox where instr(body, ?) > 0');
    this.#replace = prepare(connection, 'update history_outbox set body = ? where position = ?');
    // The length of a blob stands in its row's head: its pages are not read.
    this.#bytesUpTo = prepare(
      connection,
      'select sum(length(body)) as bytes from history_outbox where position <= ?',
    );
    this.#bytesBetween = prepare(
      connection,
      'select sum(length(body)) as bytes from history_outbox where position > ? and position <= ?',
    );
    this.#first = prepare(connection, 'select min(position) as position from history_outbox');
    this.#count = prepare(connection, 'select count(*) as n from history_outbox where position > ?');
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
  /** What these devices said is in it no more, nor are presence and modes of these subjects: it may be kept long after history has it. */
  erase(subjects: readonly string[]): void {
    for (const subject of subjects)
      for (const { body, position: at } of this.#naming.all(Buffer.from(subject))) {
        const batch = decodeBatch(body);
        const readings = batch.readings.filter(({ device }) => device !== subject);
        const context = batch.context.filter((change) => change.subject !== subject);
        this.#replace.run(encodeBatch({ ...batch, readings, context }), at);
      }
    this.#bytes = null;
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
  /** Of the oldest batch; undefined: there is none. */
  first(): Position | undefined {
    const first = this.#first.get()?.position ?? null;
    return first === null ? undefined : position(first);
  }
  /** Bytes of the batches behind one position, up to another. */
  bytesBetween(behind: Position, upTo: Position): number {
    return this.#bytesBetween.get(behind, upTo)?.bytes ?? 0;
  }
  /** Of the batches behind a position. */
  count(behind: Position): number {
    return this.#count.get(behind)?.n ?? 0;
  }
}
