import { type Position, position } from '#model/brand.ts';

/**
 * A place in the readings in the order of the log: behind the first `count` readings of the record at `position`, and of all
 * before it; without a count, behind all of that record. As text `1024.3`, `1024`.
 */
export interface FeedCursor {
  readonly position: Position;
  readonly count: number | null;
}

const pattern = /^(\d{1,15})(?:\.(\d{1,9}))?$/;
/** As a JSON schema has it. */
export const feedCursorPattern = pattern.source;

export const writeFeedCursor = ({ count, position: at }: FeedCursor): string =>
  count === null ? `${at}` : `${at}.${count}`;

/** undefined: it is none. */
export function readFeedCursor(text: string): FeedCursor | undefined {
  const [, at, count] = pattern.exec(text) ?? [];
  if (at === undefined) return undefined;
  return { position: position(Number(at)), count: count === undefined ? null : Number(count) };
}
