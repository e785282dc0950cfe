import { type EpochMs, epochMs } from '#model/brand.ts';

/** `system`: now is the wall clock. `data`: now is the greatest reading time accepted (docs/contract.md, Clocks). */
export type ClockKind = 'system' | 'data';

/** Where a part that needs the time gets it from; never `Date.now()`, so that tests pass time by hand. */
export interface Clock {
  now(): EpochMs;
}

/** The one place that reads the wall clock. */
export const wallClock: Clock = { now: () => epochMs(Date.now()) };

/** Monotonic milliseconds for measuring how long something took; has no relation to the time of day. */
export const stopwatch = (): number => performance.now();

/** ISO 8601 in UTC with milliseconds, as the API writes times. */
export const iso = (at: EpochMs): string => new Date(at).toISOString();
