import type { MilestoneQuery } from '#model/task-milestones.ts';
import type { Period } from '#tasks/indicators/period.ts';

/**
 * The figures that are counted. Each is the number of tasks that fit its query, so that the list behind a figure is the
 * figure. Names and meanings stand in tasks/indicators/figure-words.ts.
 */
export const countedFigures = {
  reported: (period) => ({ created: period }),
  filed: (period) => ({ created: period, filed: true }),
  rejected: (period) => ({ created: period, states: ['rejected'] }),
  void: (period) => ({ created: period, states: ['void'] }),
  due: (period) => ({ due: period }),
  closedOfDue: (period) => ({ due: period, closed: { to: period.to } }),
  inTime: (period) => ({ due: period, closed: { to: period.to }, inTime: true }),
  suspendedOfDue: (period) => ({ due: period, suspended: true }),
  accepted: (period) => ({ accepted: period }),
  handled: (period) => ({ handled: period }),
  closed: (period) => ({ closed: period }),
  reworked: (period) => ({ closed: period, reworked: true }),
  reopened: (period) => ({ reopened: period }),
  open: ({ to }) => ({ openAt: to }),
  overdue: ({ to }) => ({ overdueAt: to }),
  checkDue: (period) => ({ check: period }),
  checkedInTime: (period) => ({ check: period, closed: { to: period.to }, checkedInTime: true }),
  rated: (period) => ({ rated: period }),
  ratedLow: (period) => ({ rated: period, ratedLow: true }),
} as const satisfies Readonly<Record<string, (period: Period) => MilestoneQuery>>;
export type CountedFigure = keyof typeof countedFigures;
export const countedFigureIds = Object.keys(countedFigures) as CountedFigure[];

export type Counts = Readonly<Record<CountedFigure, number>>;

/** Shares, each of two counts: the first of the second. */
export const shares = {
  filedRate: ['filed', 'reported'],
  closeRate: ['closedOfDue', 'due'],
  inTimeRate: ['inTime', 'due'],
  reworkRate: ['reworked', 'closed'],
  suspendedRate: ['suspendedOfDue', 'due'],
  checkRate: ['checkedInTime', 'checkDue'],
  ratedLowRate: ['ratedLow', 'rated'],
} as const satisfies Readonly<Record<string, readonly [CountedFigure, CountedFigure]>>;
export type Share = keyof typeof shares;
export const shareIds = Object.keys(shares) as Share[];

/** In percent to the second decimal; null: nothing to divide by. */
export function percentOf(counts: Readonly<Record<string, number>>, share: Share): number | null {
  const [part, whole] = shares[share];
  const { [part]: numerator = 0, [whole]: denominator = 0 } = counts;
  return percent(numerator, denominator);
}

/** 937 of 1000 → 93.7. Of whole numbers, so that a half is a half; null: of nothing. */
export const percent = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part * 10_000) / whole) / 100;
