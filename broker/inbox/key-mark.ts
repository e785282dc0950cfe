import { createHmac } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { candidatesIn, carveBatches } from '#broker/inbox/carve.ts';
import { fileOf, listSegments } from '#broker/inbox/segment-files.ts';
import { GridbellError } from '#model/errors.ts';
import type { Seal } from '#model/seal.ts';

/** Where SQLite keeps `application_id` in a file's head (sqlite.org/fileformat2.html §1.3). */
const markAt = 68;
const sqliteHead = 'SQLite format 3\0';

/** Stands in the head of each segment and tells with which key it is sealed; tells nothing of the key. 31 bits, not 0. */
export function keyMark(key: Uint8Array): number {
  const mark = createHmac('sha256', key).update('gridbell inbox segment').digest().readUInt32BE(0) >>> 1;
  return mark === 0 ? 1 : mark;
}

/**
 * Refuses a directory that is sealed with another key, before anything in it is touched: what does not open there is not
 * damaged. Throws GridbellError('invalid-input'), or what the file system says.
 */
export function refuseForeignKey(directory: string, key: Uint8Array, seal: Seal): void {
  const segments = listSegments(directory);
  const marks = segments.map((first) => markOf(fileOf(directory, first)));
  const mine = keyMark(key);
  if (segments.length === 0 || marks.includes(mine)) return;
  const files = segments.toReversed().map((first) => fileOf(directory, first));
  if (files.some((file) => carveBatches(file, seal).length > 0)) return;
  const isOthers = marks.some((mark) => mark !== null && mark !== 0);
  const hasBatches = (): boolean => files.some((file) => !candidatesIn(file).next().done);
  if (isOthers || hasBatches())
    throw new GridbellError(
      'invalid-input',
      `the inbox in ${directory} is sealed with another key: keys.json is not the one of this data directory. ` +
        'Put the right one back; nothing was changed',
    );
}

/** Null when it is no SQLite file any more. */
function markOf(file: string): number | null {
  const head = Buffer.alloc(markAt + 4);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return head.toString('latin1', 0, sqliteHead.length) === sqliteHead ? head.readUInt32BE(markAt) : null;
}
