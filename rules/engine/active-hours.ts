import { weekdayOf, type Zone } from '#rules/engine/zone.ts';
import type { HoursOfDay } from '#rules/language/hours.ts';

/** Beyond so many days without enough active time there is none. */
const mostDays = 800;

/** The hours in which a rule counts, in a community's zone. */
export class ActiveHours {
  readonly #hours: HoursOfDay;
  readonly #zone: Zone;

  constructor(hours: HoursOfDay, zone: Zone) {
    this.#hours = hours;
    this.#zone = zone;
  }

  isActive(at: number): boolean {
    const { fromMinute, toMinute, days } = this.#hours;
    const minute = this.#zone.minuteOf(at);
    const weekday = weekdayOf(this.#zone.dayOf(at));
    const beganToday = days[weekday] === true;
    if (toMinute > fromMinute) return beganToday && minute >= fromMinute && minute < toMinute;
    const beganYesterday = days[(weekday + 6) % 7] === true;
    return (beganToday && minute >= fromMinute) || (beganYesterday && minute < toMinute);
  }

  /** The time at which `lengthMs` of active time will have passed since `from`; undefined: never. */
  addActive(from: number, lengthMs: number): number | undefined {
    let left = lengthMs;
    for (const { start, end } of this.#windows(from)) {
      const begin = Math.max(start, from);
      if (begin >= end) continue;
      if (left <= end - begin) return begin + left;
      left -= end - begin;
    }
    return undefined;
  }

  /** How much of the time between is active, ms. */
  activeBetween(from: number, to: number): number {
    let sum = 0;
    for (const { start, end } of this.#windows(from)) {
      if (start >= to) break;
      sum += Math.max(0, Math.min(end, to) - Math.max(start, from));
    }
    return sum;
  }

  *#windows(from: number): Generator<{ start: number; end: number }> {
    const { fromMinute, toMinute, days } = this.#hours;
    const overnight = toMinute <= fromMinute ? 1 : 0;
    const first = this.#zone.dayOf(from) - 1;
    for (let day = first; day < first + mostDays; day++) {
      if (days[weekdayOf(day)] !== true) continue;
      yield {
        start: this.#zone.instant(day, fromMinute),
        end: this.#zone.instant(day + overnight, toMinute),
      };
    }
  }
}
