import type { DatabaseSync } from 'node:sqlite';
import { type DeviceId, type EpochMs, epochMs, type Position, position } from '#model/brand.ts';
import type { FeedCursor } from '#model/feed-cursor.ts';
import type { Reading } from '#model/reading.ts';
import type { HistoryBatch } from '#store/history/history.ts';
import { decodeBatch, encodeBatch } from '#store/ops/history-batch.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** How much is kept: no longer than `ms` (null: however old), and not much more than so many bytes. */
export interface FeedBound {
  readonly ms: number | null;
  readonly bytes: number;
}

/** A reading, and the cursor that leads behind it. */
export interface FedReading {
  readonly reading: Reading;
  readonly cursor: FeedCursor;
}

/** Rows that one trim may delete: bounds how long the transaction takes. */
const mostTrimmed = 5_000;

/**
 * The readings of the last while in the order of the log, whether history has them or not. A row holds those of one transaction, under
 * its last position; all readings of one record are in one row.
 */
export class FeedRows {
  readonly #put: Statement<never>;
  readonly #replace: Statement<never>;
  readonly #delete: Statement<never>;
  readonly #from: Statement<{ position: number; body: Uint8Array }>;
  readonly #oldest: Statement<{ position: number; at: number; bytes: number }>;
  readonly #bytesOfAll: Statement<{ bytes: number | null }>;
  readonly #naming: Statement<{ position: number; at: number; body: Uint8Array }>;
  readonly #floor: Statement<{ position: number }>;
  readonly #putFloor: Statement<never>;
  /** Of the writer; null: to be counted. */
  #bytes: number | null = null;

  constructor(connection: DatabaseSync) {
    this.#put = prepare(connection, 'insert into reading_feed (position, at, body) values (?, ?, ?)');
    this.#replace = prepare(connection, 'update reading_feed set body = ? where position = ?');
    this.#delete = prepare(connection, 'delete from reading_feed where position <= ?');
    this.#from = prepare(
      connection,
      'select position, body from reading_feed where position >= ? order by position',
    );
    this.#oldest = prepare(
      connection,
      'select position, at, length(body) as bytes from reading_feed order by position limit ?',
    );
    this.#bytesOfAll = prepare(connection, 'select sum(length(body)) as bytes from reading_feed');
    this.#naming = prepare(
      connection,
      'select position, at, body from reading_feed where instr(body, ?) > 0',
    );
    this.#floor = prepare(connection, 'select position from reading_feed_floor');
    this.#putFloor = prepare(connection, 'update reading_feed_floor set position = ?');
  }

  /** Throws when there is one of that position already. */
  put(batch: HistoryBatch, at: EpochMs): void {
    const body = encodeBatch(batch);
    this.#put.run(batch.position, at, body);
    if (this.#bytes !== null) this.#bytes += body.length;
  }

  /** What was written since the last commit is not. */
  rolledBack(): void {
    this.#bytes = null;
  }

  /** Up to where it was deleted; 0: nothing ever was. */
  floor(): Position {
    return position(this.#floor.get()?.position ?? 0);
  }

  /** In order, read as they are asked for: batch by batch. */
  *after({ count, position: at }: FeedCursor): Generator<FedReading> {
    for (const { body } of this.#from.iterate(count === null ? at + 1 : at)) {
      let last = 0;
      let number = 0;
      for (const reading of decodeBatch(body).readings) {
        number = reading.position === last ? number + 1 : 1;
        last = reading.position;
        const isBehind = last > at || (last === at && count !== null && number > count);
        if (isBehind) yield { reading, cursor: { position: reading.position, count: number } };
      }
    }
  }

  /** Deletes the oldest until the rest is within the bound; a part of it, where that is much. */
  trim(now: EpochMs, { bytes: mostBytes, ms }: FeedBound): void {
    this.#bytes ??= this.#bytesOfAll.get()?.bytes ?? 0;
    let bytes = this.#bytes;
    const before = ms === null ? Number.NEGATIVE_INFINITY : now - ms;
    let upTo: number | null = null;
    for (const row of this.#oldest.iterate(mostTrimmed)) {
      if (bytes <= mostBytes && row.at >= before) break;
      bytes -= row.bytes;
      upTo = row.position;
    }
    if (upTo === null) return;
    this.#delete.run(upTo);
    this.#bytes = bytes;
    this.#putFloor.run(upTo);
  }

  /** What these devices said is there no more. Its place stays, so that cursors within a record lead where they led. */
  erase(devices: readonly DeviceId[]): void {
    for (const device of devices) {
      for (const { body, position: at } of this.#naming.all(Buffer.from(device))) {
        const batch = decodeBatch(body);
        const readings = batch.readings.map((each) => (each.device === device ? erased(each) : each));
        this.#replace.run(encodeBatch({ ...batch, readings }), at);
      }
    }
    this.#bytes = null;
  }
}

/** The place of a reading that was erased: of no device. */
export const erased = ({ position: at }: Pick<Reading, 'position'>): Reading => ({
  device: '' as DeviceId,
  property: '',
  at: epochMs(0),
  receivedAt: epochMs(0),
  value: false,
  flags: 0,
  position: at,
});
