import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { DamagedSegment } from '#broker/inbox/damaged.ts';
import { type Position, position } from '#model/brand.ts';

/** A stored batch: its records stand at `first`, `first + 1`, … `first + count - 1`. */
export interface SealedBatch {
  readonly first: Position;
  readonly count: number;
  readonly sealed: Uint8Array;
}

const insertBatch = 'INSERT INTO batches (first, count, sealed) VALUES (?, ?, ?)';
const busyTimeoutMs = 5_000;
const pageBytes = 4_096;
const leastLogPages = 32;
const mostLogPages = 1_000;
const namePattern = /^(\d{16})\.db$/;
const unfinished = '.new';

/** Its name tells the first position, so that a listing is in order. */
export const fileOf = (directory: string, first: Position): string =>
  join(directory, `${String(first).padStart(16, '0')}.db`);

/** The first positions of the segments in the directory, oldest first. A directory that is not there has none. */
export function listSegments(directory: string): Position[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return names
    .map((name) => namePattern.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map((digits) => position(Number(digits)))
    .sort((a, b) => a - b);
}

/**
 * Makes an empty segment; `mark`: of the key that it will be sealed with. It gets its name only when it is whole, so that neither a reader nor a start after a crash
 * ever meets half of one. Throws what SQLite or the file system says.
 */
export function createSegment(directory: string, first: Position, mark = 0): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  createSegmentFile(fileOf(directory, first), { mark, batches: [] });
  syncDirectory(directory);
}

/** As `createSegment`, under any name and with batches in it; its directory is not synced. */
export function createSegmentFile(
  file: string,
  { batches, mark }: { readonly mark: number; readonly batches: readonly SealedBatch[] },
): void {
  rmSync(file + unfinished, { force: true });
  const database = new DatabaseSync(file + unfinished);
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec(`PRAGMA application_id = ${mark}`);
    database.exec(
      'CREATE TABLE batches (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT',
    );
    database.exec('BEGIN');
    const insert = database.prepare(insertBatch);
    for (const { count, first, sealed } of batches) insert.run(first, count, sealed);
    database.exec('COMMIT');
  } finally {
    database.close();
  }
  renameSync(file + unfinished, file);
}

/** Deletes what a crash or a full disk left of a segment that was being made. */
export function removeUnfinished(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (name.includes(unfinished)) rmSync(join(directory, name), { force: true });
  }
}

/** Unlinks a segment, if it is there. A reader that has it open reads on in it. */
export function removeSegment(directory: string, first: Position): void {
  const file = fileOf(directory, first);
  rmSync(file, { force: true });
  for (const beside of ['-wal', '-shm']) rmSync(file + beside, { force: true });
}

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

/** What stands in each head from the start on (sqlite.org/fileformat2.html §1.3): size of a page, WAL, how pages are filled. */
const format = Buffer.from([0x10, 0x00, 2, 2, 0, 64, 32, 32]);

function isHeadWhole(file: string): boolean {
  const found = Buffer.alloc(format.length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, found, 0, found.length, 16);
  } finally {
    closeSync(descriptor);
  }
  return found.equals(format);
}

const hasLog = (file: string): boolean => (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;

/**
 * SQLITE_CORRUPT and SQLITE_NOTADB; SQLITE_ERROR, since our statements are right: the table or the format is not what it
 * was; SQLITE_TOOBIG, of a length that was changed. What a code is extended with stands in its higher bits.
 */
const damageCodes: ReadonlySet<number> = new Set([1, 11, 18, 26]);

function readWhole<T>(first: Position, file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isDamage(error)) throw new DamagedSegment({ first, file }, error);
    throw error;
  }
}

function isDamage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('errcode' in error && typeof error.errcode === 'number') return damageCodes.has(error.errcode & 0xff);
  // A position that no number can hold.
  return 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
}

/** A name is on disk only when its directory is. Windows cannot open a directory and needs no such thing. */
export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
