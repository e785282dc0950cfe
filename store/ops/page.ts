import { GridbellError } from '#model/errors.ts';

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Give it back as `cursor` for the rest; null when this was all. */
  readonly next: string | null;
}

/** What part of a list is wanted; without a cursor its beginning. */
export interface PageRequest {
  /** How many at most; at least 1. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/**
 * Cuts a page off rows that were asked for with `limit + 1`. A cursor names the last row that was given, not a count,
 * so rows that come in meanwhile neither repeat nor hide others.
 */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  options: { readonly keyOf: (row: Row) => string | number; readonly item: (row: Row) => T },
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(options.item),
    next: rows.length > limit && last !== undefined ? toCursor(options.keyOf(last)) : null,
  };
}

const toCursor = (key: string | number): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** The row that a cursor of a list sorted by number names. Throws `invalid-input` for anything that is none. */
export function numberAfter(cursor: string): number {
  const key = keyIn(cursor);
  if (typeof key === 'number' && Number.isSafeInteger(key)) return key;
  throw notACursor();
}

/** The same for a list sorted by text. */
export function textAfter(cursor: string): string {
  const key = keyIn(cursor);
  if (typeof key === 'string') return key;
  throw notACursor();
}

function keyIn(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (cause) {
    throw notACursor(cause);
  }
}

const notACursor = (cause?: unknown): GridbellError =>
  new GridbellError('invalid-input', 'cursor: not one that this list gave; leave it out to begin again', {
    cause,
  });
