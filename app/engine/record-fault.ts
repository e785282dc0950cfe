import type { Position } from '#model/brand.ts';
import { messageOf } from '#model/errors.ts';

type RecordFaultParts = Pick<RecordFault, 'position' | 'type' | 'isFound' | 'cause'>;

/** A record that could not be processed, by a fault of ours. What was done of it has to be undone. */
export class RecordFault extends Error {
  readonly position: Position;
  readonly type: string;
  /** Whether a person finds what is passed over: a message in quarantine, a command by its answer. */
  readonly isFound: boolean;

  constructor({ position, type, isFound, cause }: RecordFaultParts) {
    super(messageOf(cause), { cause });
    this.name = 'RecordFault';
    this.position = position;
    this.type = type;
    this.isFound = isFound;
  }
}

/** What node:sqlite throws: the disk is full, the file is locked or damaged. */
export const isStoreError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
