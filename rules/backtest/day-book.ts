import { day as dayMs, type EpochMs } from '#model/brand.ts';
import type { DayTally } from '#rules/backtest/report.ts';
import { Zone } from '#rules/engine/zone.ts';

const nightFrom = 22;
const nightTo = 6;

interface Count {
  count: number;
  night: number;
}
interface Day {
  readonly date: string;
  readonly alarms: Count;
  readonly tasks: Count;
}

const none = (): Count => ({ count: 0, night: 0 });

/** Alarms and tasks by the calendar and the hours of the community. */
export class DayBook {
  readonly alarms: Count = none();
  readonly tasks: Count = none();
  readonly hours = Array.from({ length: 24 }, () => 0);
  readonly #zone: Zone;
  readonly #days = new Map<number, Day>();

  /** Days without an alarm have their place, too. */
  constructor(timezone: string, { from, to }: { readonly from: EpochMs; readonly to: EpochMs }) {
    this.#zone = new Zone(timezone);
    const last = this.#zone.dayOf(Math.max(from, to - 1));
    for (let day = this.#zone.dayOf(from); day <= last; day++)
      this.#days.set(day, { date: dateOf(day), alarms: none(), tasks: none() });
  }

  get days(): readonly DayTally[] {
    return [...this.#days.values()];
  }

  /** An alarm that began then, with or without a task of its own. */
  add(at: EpochMs, withTask: boolean): void {
    const hour = Math.floor(this.#zone.minuteOf(at) / 60);
    this.hours[hour] = (this.hours[hour] ?? 0) + 1;
    this.#count(at, 'alarms');
    if (withTask) this.#count(at, 'tasks');
  }

  /** A task without an alarm. */
  addTask(at: EpochMs): void {
    this.#count(at, 'tasks');
  }

  #count(at: EpochMs, what: 'alarms' | 'tasks'): void {
    const hour = Math.floor(this.#zone.minuteOf(at) / 60);
    const isNight = hour >= nightFrom || hour < nightTo;
    for (const count of [this[what], this.#days.get(this.#zone.dayOf(at))?.[what]]) {
      if (!count) continue;
      count.count++;
      if (isNight) count.night++;
    }
  }
}

const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);
