import type { TaskMilestones } from '#model/task-milestones.ts';
import { isWithin } from '#tasks/indicators/fits.ts';
import { daysOf, type Period } from '#tasks/indicators/period.ts';

/** What came and what was done on a day of the calendar. */
export interface DayCount extends Period {
  readonly reported: number;
  readonly closed: number;
}

/** Counts by day. */
export class Trend {
  readonly #days: { readonly period: Period; reported: number; closed: number }[];

  constructor(period: Period, timezone: string) {
    this.#days = daysOf(period, timezone).map((day) => ({ period: day, reported: 0, closed: 0 }));
  }

  add({ closedAt, createdAt }: TaskMilestones): void {
    const created = this.#dayOf(createdAt);
    if (created) created.reported++;
    const closed = this.#dayOf(closedAt);
    if (closed) closed.closed++;
  }

  #dayOf(at: TaskMilestones['closedAt']) {
    return at === null ? undefined : this.#days.find(({ period }) => isWithin(at, period));
  }

  get days(): readonly DayCount[] {
    return this.#days.map(({ period, ...counts }) => ({ ...period, ...counts }));
  }
}
