import { openBatch } from '#broker/inbox/batch.ts';
import { listSegments, Segment } from '#broker/inbox/segment.ts';
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
  readonly records: readonly InboxRecord[];
}

/** Reads the inbox by a connection of its own, in any thread of the process, while the writer appends and trims. */
export class InboxReader {
  readonly #directory: string;
  readonly #seal: Seal;
  #segment: Segment | undefined;
  #batch: Batch = { first: 0, records: [] };

  private constructor(options: InboxReaderOptions) {
    this.#directory = options.directory;
    this.#seal = new Seal(options.key, 'inbox');
  }

  static open(options: InboxReaderOptions): InboxReader {
    return new InboxReader(options);
  }

  /**
   * The records after `after` that are on disk, in order, at most `maxRecords`; empty when there are none yet. Throws
   * GridbellError('not-found') when the record `after + 1` was trimmed already, 'internal' when a batch does not open.
   */
  read(after: Position, maxRecords: number): PositionedRecord[] {
    const found: PositionedRecord[] = [];
    while (found.length < maxRecords) {
      const wanted = position(after + 1 + found.length);
      const batch = this.#batchWith(wanted);
      if (!batch) break;
      const offset = wanted - batch.first;
      const room = maxRecords - found.length;
      for (const [index, record] of batch.records.slice(offset, offset + room).entries())
        found.push({ position: position(wanted + index), record });
    }
    return found;
  }

  close(): void {
    this.#segment?.close();
    this.#segment = undefined;
  }

  #batchWith(wanted: Position): Batch | undefined {
    if (holds(this.#batch, wanted)) return this.#batch;
    return this.#load(wanted) ?? (this.#moveTo(wanted) ? this.#load(wanted) : undefined);
  }

  #load(wanted: Position): Batch | undefined {
    const stored = this.#segment?.batchAtOrBefore(wanted);
    if (!stored || stored.first + stored.count <= wanted) return undefined;
    this.#batch = { first: stored.first, records: openBatch(this.#seal, stored.first, stored.sealed) };
    return this.#batch;
  }

  /** Opens the segment that has the position, if it is another than the open one; false when there is nothing to move to. */
  #moveTo(wanted: Position): boolean {
    const segments = listSegments(this.#directory);
    const [oldest] = segments;
    if (oldest === undefined) return false;
    const target = segments.findLast((first) => first <= wanted);
    if (target === undefined)
      throw new GridbellError(
        'not-found',
        `the inbox record ${wanted} was trimmed; the oldest that is left is ${oldest}`,
      );
    if (target === this.#segment?.first) return false;
    this.close();
    try {
      this.#segment = Segment.openForRead(this.#directory, target);
    } catch (error) {
      // Trimmed since it was listed: then the list says so now.
      if (listSegments(this.#directory).includes(target)) throw error;
      return this.#moveTo(wanted);
    }
    return true;
  }
}

const holds = (batch: Batch, wanted: Position): boolean =>
  wanted >= batch.first && wanted < batch.first + batch.records.length;
