import type { Position } from '#model/brand.ts';
import { messageOf } from '#model/errors.ts';

/** A record that could not be processed, by a fault of ours. What was done of it has to be undone. */
export class RecordFault extends Error {
  readonly position: Position;
  readonly type: string;

  constructor(position: Position, type: string, cause: unknown) {
    super(messageOf(cause), { cause });
    this.name = 'RecordFault';
    this.position = position;
    this.type = type;
  }
}

/** What node:sqlite throws: the disk is full, the file is locked or damaged. */
export const isStoreError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
