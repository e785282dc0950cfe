import { closeSync, openSync, readSync } from 'node:fs';
import { DamagedSegment } from '#broker/inbox/damaged.ts';
import type { Position } from '#model/brand.ts';

/** What stands in each head from the start on (sqlite.org/fileformat2.html §1.3): size of a page, WAL, how pages are filled. */
const format = Buffer.from([0x10, 0x00, 2, 2, 0, 64, 32, 32]);

/** Whether the file begins as every segment does. */
export function isHeadWhole(file: string): boolean {
  const found = Buffer.alloc(format.length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, found, 0, found.length, 16);
  } finally {
    closeSync(descriptor);
  }
  return found.equals(format);
}

/**
 * SQLITE_CORRUPT and SQLITE_NOTADB; SQLITE_ERROR, since our statements are right: the table or the format is not what it
 * was; SQLITE_TOOBIG, of a length that was changed. What a code is extended with stands in its higher bits.
 */
const damageCodes: ReadonlySet<number> = new Set([1, 11, 18, 26]);

/** What `read` answers; throws DamagedSegment in place of an error that says that the file is damaged. */
export function readWhole<T>(first: Position, file: string, read: () => T): T {
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
