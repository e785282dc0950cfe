import { statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { DamagedSegment } from '#broker/inbox/damaged.ts';
import { isHeadWhole, readWhole } from '#broker/inbox/segment-damage.ts';
import { fileOf, insertBatch, type SealedBatch } from '#broker/inbox/segment-files.ts';
import { type Position, position } from '#model/brand.ts';

const busyTimeoutMs = 5_000;
const pageBytes = 4_096;
const leastLogPages = 32;
const mostLogPages = 1_000;

/**
 * One file of the inbox, open: a connection of its own for its thread. Throws when the file is not there, DamagedSegment
 * when it is no whole SQLite file; so do all that read it.
 */
export class Segment {
  readonly first: Position;
  readonly file: string;
  /** It is read as it is: nothing is written into it any more. */
  readonly isClosed: boolean;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #batchAtOrBefore: StatementSync;
  readonly #firstAfter: StatementSync;
  #bytes: number;
  #tries = 0;

  private constructor(directory: string, first: Position, isClosed = false) {
    this.first = first;
    this.file = fileOf(directory, first);
    this.isClosed = isClosed;
    const url = pathToFileURL(this.file);
    // Without a mode SQLite would make an empty file where a segment was just trimmed.
    url.search = isClosed ? '?mode=ro&immutable=1' : '?mode=rw';
    this.#database = new DatabaseSync(url, { timeout: busyTimeoutMs, readOnly: isClosed });
    this.#insert = this.#database.prepare(insertBatch);
    this.#batchAtOrBefore = this.#database.prepare(
      'SELECT first, count, sealed FROM batches WHERE first <= ? ORDER BY first DESC LIMIT 1',
    );
    this.#firstAfter = this.#database.prepare('SELECT min(first) AS first FROM batches WHERE first > ?');
    this.#bytes = 0;
  }

  static openForAppend(directory: string, first: Position): Segment {
    return readWhole(first, fileOf(directory, first), () => {
      const segment = new Segment(directory, first);
      segment.#database.exec('PRAGMA synchronous = FULL');
      segment.#bytes = Number(
        segment.#database.prepare('SELECT coalesce(sum(length(sealed)), 0) AS bytes FROM batches').get()?.[
          'bytes'
        ],
      );
      return segment;
    });
  }

  /**
   * `isFollowed`: a later segment is there. Then one without a write-ahead log is read without locks and without files
   * beside it: to make those takes room, which a full disk has not.
   */
  static openForRead(directory: string, first: Position, isFollowed = false): Segment {
    const file = fileOf(directory, first);
    return readWhole(first, file, () => {
      const segment = new Segment(directory, first, isFollowed && !hasLog(file));
      if (!segment.isClosed) segment.#database.exec('PRAGMA query_only = 1');
      return segment;
    });
  }

  /** Sealed bytes in it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The position of its last record; the one before `first` when it is empty. */
  get last(): Position {
    const batch = this.batchAtOrBefore(position(Number.MAX_SAFE_INTEGER));
    return position(batch === undefined ? this.first - 1 : batch.first + batch.count - 1);
  }

  /** One transaction: when it returns, the batch is on disk. */
  insert(batch: SealedBatch): void {
    this.#insert.run(batch.first, batch.count, batch.sealed);
    this.#bytes += batch.sealed.length;
  }

  /** Lets the write-ahead log grow to an eighth of `bytes`, at most to SQLite's 4 MB, before it is moved home. */
  keepLogShort(bytes: number): void {
    const pages = Math.max(leastLogPages, Math.min(mostLogPages, Math.floor(bytes / 8 / pageBytes)));
    this.#database.exec(`PRAGMA wal_autocheckpoint = ${pages}`);
  }

  /** Writes a page that means nothing, synced, to see whether it can; throws when not. */
  tryWrite(): void {
    this.#database.exec(`PRAGMA user_version = ${++this.#tries}`);
  }

  /** Throws DamagedSegment when its pages do not fit together, as far as can be told without reading all of the batches. */
  check(): void {
    readWhole(this.first, this.file, () => {
      const found = isHeadWhole(this.file)
        ? this.#database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
        : 'its head says another format';
      if (found !== 'ok') throw new DamagedSegment({ first: this.first, file: this.file }, String(found));
    });
  }

  /** Takes a batch out of it. */
  remove(first: Position): void {
    this.#database.prepare('DELETE FROM batches WHERE first = ?').run(first);
  }

  /** The batch that holds the position, or the last one before it. */
  batchAtOrBefore(at: Position): SealedBatch | undefined {
    return readWhole(this.first, this.file, () => {
      const row = this.#batchAtOrBefore.get(at);
      if (row === undefined) return undefined;
      const { first, count, sealed } = row;
      if (typeof first !== 'number' || typeof count !== 'number' || !(sealed instanceof Uint8Array))
        throw new DamagedSegment({ first: this.first, file: this.file }, 'it does not hold batches');
      return { first: position(first), count, sealed };
    });
  }

  /** Where the first batch behind the position begins. */
  firstAfter(at: Position): Position | undefined {
    return readWhole(this.first, this.file, () => {
      const first = this.#firstAfter.get(at)?.['first'];
      return typeof first === 'number' ? position(first) : undefined;
    });
  }

  /**
   * Closes it, everything moved into the main file, so that no write-ahead log stays beside it. What a full disk does not
   * let move is safe in the log, and the next start moves it (mend.ts): no reason to refuse what comes after.
   */
  closeWhole(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // see above
    }
    this.#database.close();
  }

  close(): void {
    this.#database.close();
  }
}

const hasLog = (file: string): boolean => (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
