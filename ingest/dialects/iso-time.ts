import type { GivenTime } from '#ingest/dialects/dialect.ts';

/** A time in ISO 8601 with its zone. One that cannot be read is none: an alarm is not lost for its time. */
export function isoTime(text: unknown): GivenTime {
  const stamp = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(stamp) ? { kind: 'none' } : { kind: 'stamp', stamp };
}
