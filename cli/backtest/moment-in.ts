import { epochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { parseDuration } from '#model/duration.ts';

/** `now`, or so long before it (`7d`), as a time; anything else is for the platform to read. `now`: ISO 8601. */
export function momentIn(text: string, now: string): string {
  if (text === 'now') return now;
  const ago = parseDuration(text);
  return ago === undefined ? text : iso(epochMs(Date.parse(now) - ago));
}
