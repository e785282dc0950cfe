import { openBatch } from '#broker/inbox/batch.ts';
import { DamagedBatch, missingRecords } from '#broker/inbox/damaged.ts';
import { keyMark, refuseForeignKey } from '#broker/inbox/key-mark.ts';
import { type Salvaged, salvageSegment } from '#broker/inbox/salvage.ts';
import { Segment } from '#broker/inbox/segment.ts';
import { listSegments, type SealedBatch } from '#broker/inbox/segment-files.ts';
import { type CopiedBatch, copyDamaged } from '#broker/inbox/set-aside.ts';
import { type Position, position } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import type { InboxRecord } from '#model/record.ts';
import { Seal } from '#model/seal.ts';

export interface InboxReaderOptions {
  readonly directory: string;
  /** The installation's inbox key, 32 bytes. */
  readonly key: Uint8Array;
}

export interface PositionedRecord {
  readonly position: Position;
  readonly record: InboxRecord;
}

interface Batch {
  readonly first: number;
  readonly sealedBytes: number;
  readonly records: readonly InboxRecord[];
}

/** A batch holds at most some megabytes, or one message; what is read at a time is held in memory as a whole. */
const readBytes = 8 * 2 ** 20;

/** Reads the inbox by a connection of its own, in any thread of the process, while the writer appends and trims. */
export class InboxReader {
  readonly #directory: string;
  readonly #key: Uint8Array;
  readonly #seal: Seal;
  #segment: Segment | undefined;
  /** Where the segment behind the open one begins, if there was one when it was opened. */
  #nextSegment: Position | undefined;
  #batch: Batch = { first: 0, sealedBytes: 0, records: [] };
  /** Of each batch that was set aside: the position behind it, by its first one. */
  readonly #behind = new Map<number, Position>();

  private constructor(options: InboxReaderOptions) {
    this.#directory = options.directory;
    this.#key = options.key;
    this.#seal = new Seal(options.key, 'inbox');
  }

  static open(options: InboxReaderOptions): InboxReader {
    return new InboxReader(options);
  }

  /**
   * The records after `after` that are on disk, in order, at most `maxRecords`, fewer when they are large: it reads no
   * further batch when it holds some megabytes; empty when there are none yet. Positions
   * of batches that were set aside are passed over. Only when not even the first can be read it throws: DamagedBatch,
   * DamagedSegment, or GridbellError('not-found') when the record was trimmed or lost while later ones are there (`extra`:
   * `from`, `to`, and `next`, the first that is there: read on after `next - 1`).
   */
  read(after: Position, maxRecords: number): PositionedRecord[] {
    const found: PositionedRecord[] = [];
    let wanted = position(after + 1);
    let bytes = 0;
    while (found.length < maxRecords && bytes < readBytes) {
      wanted = this.#behindSetAside(wanted);
      let batch: Batch | undefined;
      try {
        batch = this.#batchWith(wanted);
      } catch (error) {
        // What stands before it comes first; the next call meets it again.
        if (found.length > 0) break;
        throw error;
      }
      if (!batch) break;
      bytes += batch.sealedBytes;
      const offset = wanted - batch.first;
      for (const record of batch.records.slice(offset, offset + maxRecords - found.length)) {
        found.push({ position: wanted, record });
        wanted = position(wanted + 1);
      }
    }
    return found;
  }

  /**
   * Copies a batch that `read` named as damaged to `damaged/FIRST.bin` in the inbox's directory, synced, and lets `read` go
   * on behind it, in this reader. Throws GridbellError('not-found') for a batch that is not there, 'wrong-state' for one
   * that opens.
   */
  setAside(first: Position): CopiedBatch {
    const segments = listSegments(this.#directory);
    const target = segments.findLast((one) => one <= first);
    if (target !== undefined && target !== this.#segment?.first) this.#openSegment(target);
    const stored = this.#segment?.batchAtOrBefore(first);
    if (!this.#segment || stored?.first !== first)
      throw new GridbellError('not-found', `no inbox batch begins at position ${first}`);
    if (this.#isWhole(stored))
      throw new GridbellError('wrong-state', `the inbox batch at ${first} is not damaged`);
    const next = this.#segment.firstAfter(first) ?? segments.find((one) => one > first);
    const copied = copyDamaged(this.#directory, stored, next);
    this.#behind.set(first, position(copied.to + 1));
    return copied;
  }

  /**
   * Writes a segment that `read` named as damaged (DamagedSegment) anew from what can be read of it, and keeps the damaged
   * file in `damaged/`. Throws GridbellError: 'wrong-state' for the newest one, which the writer may have open: `leave` it
   * there first; 'invalid-input' when the directory is sealed with another key.
   */
  salvage(first: Position): Salvaged {
    if (listSegments(this.#directory).at(-1) === first)
      throw new GridbellError('wrong-state', `the inbox is still written to the segment at ${first}`);
    refuseForeignKey(this.#directory, this.#key, this.#seal);
    this.close();
    return salvageSegment(this.#directory, first, { seal: this.#seal, mark: keyMark(this.#key) });
  }

  close(): void {
    this.#segment?.close();
    this.#segment = undefined;
  }

  #behindSetAside(wanted: Position): Position {
    for (const [first, behind] of this.#behind) {
      if (wanted >= first && wanted < behind) return this.#behindSetAside(behind);
    }
    return wanted;
  }

  #batchWith(wanted: Position): Batch | undefined {
    if (holds(this.#batch, wanted)) return this.#batch;
    const here = this.#load(wanted);
    if (here) return here;
    const segments = listSegments(this.#directory);
    const [oldest] = segments;
    if (oldest === undefined) return undefined;
    const target = segments.findLast((first) => first <= wanted);
    if (target === undefined) throw missingRecords(wanted, oldest);
    // The one behind a segment that was taken for closed could not be begun: it goes on.
    const goesOn = this.#segment?.isClosed === true && target === segments.at(-1);
    if ((target !== this.#segment?.first || goesOn) && !this.#openSegment(target))
      return this.#batchWith(wanted);
    const next = this.#segment?.firstAfter(wanted) ?? segments.find((first) => first > wanted);
    // After the look for later ones: what was written meanwhile is no gap.
    const batch = this.#load(wanted);
    if (!batch && next !== undefined) throw missingRecords(wanted, next);
    return batch;
  }

  #load(wanted: Position): Batch | undefined {
    const stored = this.#segment?.batchAtOrBefore(wanted);
    if (!this.#segment || !stored || stored.first + stored.count <= wanted) return undefined;
    // A batch whose commit failed and was not acknowledged may come to light when an older segment is opened anew; what
    // was acknowledged under its positions stands in the next one.
    if (this.#nextSegment !== undefined && stored.first >= this.#nextSegment) return undefined;
    if (this.#behind.has(stored.first)) return undefined;
    this.#batch = {
      first: stored.first,
      sealedBytes: stored.sealed.length,
      records: this.#opened(stored, this.#segment.file),
    };
    return this.#batch;
  }

  #opened(stored: SealedBatch, file: string): readonly InboxRecord[] {
    let records: readonly InboxRecord[];
    try {
      records = openBatch(this.#seal, stored.first, stored.sealed);
    } catch (error) {
      throw new DamagedBatch({ first: stored.first, count: stored.count, file }, error);
    }
    if (records.length !== stored.count)
      throw new DamagedBatch(
        { first: stored.first, count: stored.count, file },
        `it holds ${records.length}`,
      );
    return records;
  }

  #isWhole(stored: SealedBatch): boolean {
    try {
      return this.#opened(stored, '').length > 0;
    } catch {
      return false;
    }
  }

  /** False when it was trimmed since it was listed. */
  #openSegment(first: Position): boolean {
    this.close();
    try {
      const isFollowed = listSegments(this.#directory).some((one) => one > first);
      this.#segment = Segment.openForRead(this.#directory, first, isFollowed);
      this.#nextSegment = listSegments(this.#directory).find((one) => one > first);
      return true;
    } catch (error) {
      if (listSegments(this.#directory).includes(first)) throw error;
      return false;
    }
  }
}

const holds = (batch: Batch, wanted: Position): boolean =>
  wanted >= batch.first && wanted < batch.first + batch.records.length;
