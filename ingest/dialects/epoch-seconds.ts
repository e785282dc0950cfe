import type { GivenTime } from '#ingest/dialects/dialect.ts';

/** Seconds since 1970 with a fraction, as Python's clock tells them. Anything else is none: an alarm is not lost for its time. */
export const epochSeconds = (seconds: unknown): GivenTime =>
  typeof seconds === 'number' && Number.isFinite(seconds)
    ? { kind: 'stamp', stamp: Math.round(seconds * 1_000) }
    : { kind: 'none' };
