import { statfsSync } from 'node:fs';

/** A file system as it is now, in bytes. */
export interface FreeSpace {
  readonly totalBytes: number;
  /** What a process without privileges may still write. */
  readonly freeBytes: number;
}

/** Throws what the file system says. Costs some microseconds. */
export function freeSpace(directory: string): FreeSpace {
  const { bavail, blocks, bsize } = statfsSync(directory);
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
}

/** What the mark and the reserve may each take of a file system. */
const mostOfTheDisk = 0.05;

/** What one part of ours may take of a file system at most; on a large one that bounds nothing. */
export const fairShare = ({ totalBytes }: FreeSpace): number => Math.floor(totalBytes * mostOfTheDisk);

/** The free bytes below which only what is vital is written: `wanted`, or 5 % of a small file system. */
export const waterMark = (space: FreeSpace, wanted: number): number => Math.min(wanted, fairShare(space));

/** SQLITE_FULL, and SQLITE_IOERR_SHMSIZE: the index of a write-ahead log, which a store that is opened wants to make. */
const sqliteFull: ReadonlySet<number> = new Set([13, 4_874]);

/** Whether it says that the disk is full: SQLite's words for it, and ENOSPC or EDQUOT of the file system. */
export function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('errcode' in error) return sqliteFull.has(Number(error.errcode));
  return 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
