import { DateTime, IANAZone } from 'luxon';
import { day as dayMs, hour as hourMs } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';

/** A stretch of time whose buckets are counted from one start: at most a local calendar day. */
export interface Segment {
  /** lo ≤ t < hi, epoch ms. */
  readonly lo: number;
  readonly hi: number;
  /** Start of the first bucket (the local midnight), or of the only one. */
  readonly start: number;
  /** Length of a bucket; null: the whole segment belongs to the bucket at `start`. */
  readonly everyMs: number | null;
}

/** Buckets of several days are counted from a Monday, so that `7d` is the calendar's week. */
const firstMonday = 4;

/** Throws GridbellError `invalid-input` for an unknown zone or a length that no calendar has. */
export function checkBuckets(everyMs: number, timezone: string): void {
  if (!IANAZone.isValidZone(timezone)) {
    throw new GridbellError('invalid-input', `${timezone} is not a time zone that is known here`);
  }
  const isWhole = Number.isInteger(everyMs) && everyMs > 0 && everyMs <= 36_525 * dayMs;
  if (!isWhole || (everyMs > dayMs && everyMs % dayMs !== 0)) {
    throw new GridbellError(
      'invalid-input',
      'a bucket is a whole number of milliseconds; above a day, a whole number of days',
    );
  }
}

/**
 * Cuts lo ≤ t < hi at the zone's midnights. Buckets below a day are counted from each midnight in elapsed time, so a
 * day of 23 hours has 23 of an hour, and the day's last may be shorter; longer ones are whole calendar days.
 */
export function segmentsOf(lo: number, hi: number, everyMs: number, timezone: string): Segment[] {
  const segments: Segment[] = [];
  const daysInBucket = everyMs >= dayMs ? everyMs / dayMs : null;
  for (let date = localDate(lo, timezone); ; date++) {
    const midnight = midnightOf(date, timezone);
    if (midnight >= hi) return segments;
    const part = { lo: Math.max(lo, midnight), hi: Math.min(hi, midnightOf(date + 1, timezone)) };
    if (part.lo >= part.hi) continue;
    const first =
      daysInBucket === null
        ? date
        : Math.floor((date - firstMonday) / daysInBucket) * daysInBucket + firstMonday;
    segments.push({
      ...part,
      start: first === date ? midnight : midnightOf(first, timezone),
      everyMs: daysInBucket === null ? everyMs : null,
    });
  }
}

/** The calendar date there as days since 1970-01-01. */
function localDate(at: number, timezone: string): number {
  const { year, month, day } = DateTime.fromMillis(at, { zone: timezone });
  return Math.floor(DateTime.utc(year, month, day).toMillis() / dayMs);
}

/** When the date begins there: the first moment of it, also where the clock skips or repeats midnight. */
function midnightOf(date: number, timezone: string): number {
  const { year, month, day } = DateTime.fromMillis(date * dayMs, { zone: 'utc' });
  const found = DateTime.fromObject({ year, month, day }, { zone: timezone }).toMillis();
  return localDate(found - hourMs, timezone) === date ? found - hourMs : found;
}
