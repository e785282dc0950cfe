import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Position } from '#model/brand.ts';
import { GridbellError, messageOf } from '#model/errors.ts';

/** A batch that does not open: it was damaged, or sealed with another key. InboxReader.setAside lets reading go on behind it. */
export class DamagedBatch extends GridbellError {
  readonly first: Position;
  /** How many records it should hold. */
  readonly count: number;
  /** The segment's file. */
  readonly file: string;

  constructor(batch: { first: Position; count: number; file: string }, cause: unknown) {
    super(
      'internal',
      `the inbox batch at position ${batch.first} (${batch.count} records, in ${batch.file}) cannot be opened: ` +
        "it was damaged, or keys.json is another installation's",
      { cause, extra: { ...batch } },
    );
    this.name = 'DamagedBatch';
    this.first = batch.first;
    this.count = batch.count;
    this.file = batch.file;
  }
}

/** A file of the inbox that is no whole SQLite file. InboxReader.salvage writes it anew from what can be read of it. */
export class DamagedSegment extends GridbellError {
  readonly first: Position;
  readonly file: string;

  constructor(segment: { first: Position; file: string }, cause: unknown) {
    super(
      'internal',
      `the inbox file ${segment.file} is damaged (${messageOf(cause)}): it is written anew from what can be read of it, and kept in inbox/damaged`,
      { cause, extra: { ...segment } },
    );
    this.name = 'DamagedSegment';
    this.first = segment.first;
    this.file = segment.file;
  }
}

/** Files of what was set aside of the inbox in `directory` and nobody has taken away yet. */
export function setAsideIn(directory: string): readonly string[] {
  const folder = join(directory, 'damaged');
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Records that should be there and are not; `extra`: `from`, `to`, and `next`, the first position that can be read again. */
export const missingRecords = (from: number, next: Position): GridbellError =>
  new GridbellError(
    'not-found',
    `the inbox records ${from} to ${next - 1} are missing: they were trimmed or lost; the next that is there is ${next}`,
    { extra: { from, to: next - 1, next } },
  );
