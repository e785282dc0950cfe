import { day, type EpochMs, minute, plus } from '#model/brand.ts';

/** The first reminder comes one limit's length after the limit, within these. */
const shortestMs = 5 * minute;
const longestMs = day;

/**
 * When the n-th reminder (1, 2, …) is due: each waits twice as long as the one before, so that a task that nobody touches
 * for a year is written to ten or twenty times and not ten thousand. `limitMs` is the length of the limit that was passed.
 */
export function reminderAt(base: EpochMs, limitMs: number, n: number): EpochMs {
  return plus(base, firstMs(limitMs) * (2 ** n - 1));
}

/** How many reminders are due by `at`. */
export function remindersBy(base: EpochMs, limitMs: number, at: EpochMs): number {
  let n = 0;
  while (reminderAt(base, limitMs, n + 1) <= at) n++;
  return n;
}

const firstMs = (limitMs: number): number => Math.min(Math.max(limitMs, shortestMs), longestMs);
