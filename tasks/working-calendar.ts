import announced from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import { DateTime } from 'luxon';
import { day as dayMs, type EpochMs, epochMs, hour, plus } from '#model/brand.ts';
import type { Limit } from '#model/limit.ts';

/** From ≤ t < to, on a working day. */
interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export interface WorkingCalendarOptions {
  /** IANA zone. */
  readonly zone: string;
  /** The hours of a working day: `08:30-12:00,14:00-17:30`. */
  readonly hours: string;
}

/** No limit of a community is longer than this; a longer one ends here. */
const mostDays = 3_660;

/**
 * Working time in mainland China: Monday to Friday without the public holidays, with the make-up days 调休 that the State
 * Council announces each autumn for the next year (package chinese-days). Of a year that is not announced yet (`isAnnounced`)
 * only Saturdays, Sundays and the public holidays that have a fixed date are known to be free.
 */
export class WorkingCalendar {
  readonly #zone: string;
  readonly #hours: readonly (readonly [from: number, to: number])[];

  constructor({ hours, zone }: WorkingCalendarOptions) {
    this.#zone = zone;
    this.#hours = hours.split(',').map((span) => {
      const [from = '', to = ''] = span.split('-');
      return [minutesOf(from), minutesOf(to)] as const;
    });
  }

  /** Whether people work on the day of `at`. */
  isWorkingDay(at: EpochMs): boolean {
    return isWorkingDay(DateTime.fromMillis(at, { zone: this.#zone }));
  }

  /**
   * When a limit that begins at `at` ends. Working hours run while people work. Working days begin with the next day 次日起算:
   * three of them end with the work of the third working day after `at`; a part of a day counts in its hours.
   */
  end(limit: Limit, at: EpochMs): EpochMs {
    switch (limit.kind) {
      case 'elapsed':
        return plus(at, limit.ms);
      case 'working-hours':
        return this.#afterHours(at, limit.hours * hour);
      case 'working-days': {
        const whole = Math.floor(limit.days);
        const from = whole === 0 ? at : this.#endOfWork(at, whole);
        return limit.days === whole ? from : this.#afterHours(from, (limit.days - whole) * this.#dayLengthMs);
      }
      default:
        return limit satisfies never;
    }
  }

  get #dayLengthMs(): number {
    return this.#hours.reduce((sum, [from, to]) => sum + (to - from) * 60_000, 0);
  }

  #afterHours(at: EpochMs, lengthMs: number): EpochMs {
    let left = lengthMs;
    for (const { from, to } of this.#spansFrom(at)) {
      const begin = Math.max(from, at);
      if (begin >= to) continue;
      if (begin + left <= to) return epochMs(begin + left);
      left -= to - begin;
    }
    return plus(at, mostDays * dayMs);
  }

  /** When the work of the n-th working day after the day of `at` ends. */
  #endOfWork(at: EpochMs, n: number): EpochMs {
    const today = DateTime.fromMillis(at, { zone: this.#zone }).endOf('day').toMillis();
    let left = n * this.#hours.length;
    for (const { from, to } of this.#spansFrom(at)) {
      if (from > today && --left === 0) return to;
    }
    return plus(at, mostDays * dayMs);
  }

  *#spansFrom(at: EpochMs): Iterable<Span> {
    const first = DateTime.fromMillis(at, { zone: this.#zone }).startOf('day');
    for (let n = 0; n < mostDays; n++) {
      const day = first.plus({ days: n });
      if (!isWorkingDay(day)) continue;
      for (const [from, to] of this.#hours) yield { from: clock(day, from), to: clock(day, to) };
    }
  }
}

/**
 * The days that were announced: free ones, and weekends on which people work for them. The package's own functions read its days by
 * the zone of this machine, and are a day off where that lies west of Greenwich.
 */
const holidays: ReadonlySet<string> = new Set(Object.keys(announced.holidays));
const workdays: ReadonlySet<string> = new Set(Object.keys(announced.workdays));

/** By month and day. The spring festival, Qingming and the rest follow the moon and the sun: nobody guesses at them. */
const fixedHolidays: ReadonlySet<string> = new Set(['1-1', '5-1', '5-2', '10-1', '10-2', '10-3']);

/** Whether this version knows all holidays of the year, and the days on which people work for them. */
export const isAnnounced = (year: number): boolean => holidays.has(`${year}-10-01`);

/** How far ahead it is looked: limits of today reach no further, but for the longest. */
const aheadMs = 60 * dayMs;

/** Years from now to 60 days ahead whose holidays are not known in full: limits may end too early, on a day that is none of work. */
export const unannouncedYears = (now: EpochMs, zone: string): readonly number[] =>
  [...new Set([now, now + aheadMs].map((at) => DateTime.fromMillis(at, { zone }).year))].filter(
    (year) => !isAnnounced(year),
  );

const isWorkingDay = (date: DateTime): boolean => {
  const day = date.toFormat('yyyy-MM-dd');
  if (workdays.has(day)) return true;
  if (holidays.has(day) || date.weekday > 5) return false;
  return isAnnounced(date.year) || !fixedHolidays.has(`${date.month}-${date.day}`);
};

function minutesOf(text: string): number {
  const [hours, minutes] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

const clock = (day: DateTime, minutes: number): EpochMs =>
  epochMs(
    minutes === 24 * 60
      ? day.plus({ days: 1 }).toMillis()
      : day.set({ hour: Math.floor(minutes / 60), minute: minutes % 60 }).toMillis(),
  );
