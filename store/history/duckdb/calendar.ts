import { DateTime, IANAZone } from 'luxon';
import { day as dayMs, hour as hourMs, minute as minuteMs } from '#model/brand.ts';
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

/** The most dates that a calendar keeps in mind, and the most calendars: bounded, whatever is asked. */
const mostDates = 20_000;
const mostZones = 8;

/** A calendar for each zone that was asked for. */
export class Calendars {
  readonly #calendars = new Map<string, ZoneCalendar>();

  /** Of a zone that `checkBuckets` lets pass. */
  of(timezone: string): ZoneCalendar {
    const known = this.#calendars.get(timezone);
    if (known) return known;
    if (this.#calendars.size >= mostZones) this.#calendars.clear();
    const calendar = new ZoneCalendar(timezone);
    this.#calendars.set(timezone, calendar);
    return calendar;
  }
}

/** The days of a zone. What it has worked out it keeps: 365 midnights take longer than to read a year of roll-ups. */
export class ZoneCalendar {
  readonly timezone: string;
  readonly #zone: IANAZone;
  readonly #midnights = new Map<number, number>();
  readonly #dates = new Map<number, number>();

  /** A zone that `checkBuckets` lets pass. */
  constructor(timezone: string) {
    this.timezone = timezone;
    this.#zone = IANAZone.create(timezone);
  }

  /**
   * Cuts lo ≤ t < hi at the zone's midnights. Buckets below a day are counted from each midnight in elapsed time, so a
   * day of 23 hours has 23 of an hour, and the day's last may be shorter; longer ones are whole calendar days.
   */
  segments(lo: number, hi: number, everyMs: number): Segment[] {
    const segments: Segment[] = [];
    const daysInBucket = everyMs >= dayMs ? everyMs / dayMs : null;
    for (let date = this.#dateOf(lo); ; date++) {
      const midnight = this.#midnightOf(date);
      if (midnight >= hi) return segments;
      const part = { lo: Math.max(lo, midnight), hi: Math.min(hi, this.#midnightOf(date + 1)) };
      if (part.lo >= part.hi) continue;
      const first =
        daysInBucket === null
          ? date
          : Math.floor((date - firstMonday) / daysInBucket) * daysInBucket + firstMonday;
      segments.push({
        ...part,
        start: first === date ? midnight : this.#midnightOf(first),
        everyMs: daysInBucket === null ? everyMs : null,
      });
    }
  }

  /** The calendar date there as days since 1970-01-01. */
  #dateOf(at: number): number {
    const known = this.#dates.get(at);
    if (known !== undefined) return known;
    if (this.#dates.size >= mostDates) this.#dates.clear();
    const date = Math.floor((at + this.#zone.offset(at) * minuteMs) / dayMs);
    this.#dates.set(at, date);
    return date;
  }

  /** When the date begins there: the first moment of it, also where the clock skips or repeats midnight. */
  #midnightOf(date: number): number {
    const known = this.#midnights.get(date);
    if (known !== undefined) return known;
    if (this.#midnights.size >= mostDates) this.#midnights.clear();
    const midnight = this.#plainMidnight(date) ?? this.#changingMidnight(date);
    this.#midnights.set(date, midnight);
    return midnight;
  }

  /** Null when the clock changes around it. Most days are plain and need no calendar. */
  #plainMidnight(date: number): number | null {
    const offset = this.#zone.offset(date * dayMs);
    const midnight = date * dayMs - offset * minuteMs;
    const isPlain = this.#zone.offset(midnight) === offset && this.#zone.offset(midnight - hourMs) === offset;
    return isPlain ? midnight : null;
  }

  #changingMidnight(date: number): number {
    const { year, month, day } = DateTime.fromMillis(date * dayMs, { zone: 'utc' });
    const found = DateTime.fromObject({ year, month, day }, { zone: this.#zone }).toMillis();
    return this.#dateOf(found - hourMs) === date ? found - hourMs : found;
  }
}
