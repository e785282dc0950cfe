import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Position, position } from '#model/brand.ts';

/** A stored batch: its records stand at `first`, `first + 1`, … `first + count - 1`. */
export interface SealedBatch {
  readonly first: Position;
  readonly count: number;
  readonly sealed: Uint8Array;
}

export const insertBatch = 'INSERT INTO batches (first, count, sealed) VALUES (?, ?, ?)';
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
 * Makes an empty segment; `mark`: of the key that it will be sealed with. It gets its name only when it is whole, so that
 * neither a reader nor a start after a crash ever meets half of one. Throws what SQLite or the file system says.
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
  removeFiles(file + unfinished);
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
    database.close();
  } catch (error) {
    if (database.isOpen) database.close();
    // On a full disk it is tried again and again, with another name each time.
    removeFiles(file + unfinished);
    throw error;
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
  removeFiles(fileOf(directory, first));
}

function removeFiles(file: string): void {
  for (const one of [file, `${file}-wal`, `${file}-shm`]) rmSync(one, { force: true });
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
