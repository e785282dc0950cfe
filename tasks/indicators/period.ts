import { DateTime } from 'luxon';
import { type EpochMs, epochMs } from '#model/brand.ts';
import type { SummaryKind } from '#model/summary.ts';

/** from ≤ t < to. */
export interface Period {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

const units = { daily: 'day', weekly: 'week', monthly: 'month' } as const;

/** The day, week (from Monday) or month in the community's zone that a moment lies in, or so many before it. */
export function periodAt(
  kind: SummaryKind,
  at: EpochMs,
  { timezone, ago = 0 }: { readonly timezone: string; readonly ago?: number },
): Period {
  const unit = units[kind];
  const begin = DateTime.fromMillis(at, { zone: timezone })
    .startOf(unit)
    .minus({ [unit]: ago });
  return between(begin, begin.plus({ [unit]: 1 }));
}

/** The same for a date `YYYY-MM-DD`; undefined: no date has that name. */
export function periodOf(kind: SummaryKind, date: string, timezone: string): Period | undefined {
  const day = DateTime.fromISO(date, { zone: timezone });
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || !day.isValid) return undefined;
  return periodAt(kind, epochMs(day.toMillis()), { timezone });
}

/** As far as it has come: nothing is due or overdue yet that lies ahead. What happens at `now` is in it. */
export const untilNow = ({ from, to }: Period, now: EpochMs): Period => ({
  from,
  to: epochMs(Math.max(from + 1, Math.min(to, now + 1))),
});

/**
 * The one before it that it is compared with: the calendar's for a summary, else the same length before; of one that
 * still runs as much as has passed of it.
 */
export function periodBefore(period: Period, kind: SummaryKind | null, timezone: string): Period {
  const length = period.to - period.from;
  if (kind === null) return { from: epochMs(period.from - length), to: period.from };
  const { from, to } = periodAt(kind, period.from, { timezone, ago: 1 });
  const isWhole = periodAt(kind, period.from, { timezone }).to === period.to;
  return { from, to: isWhole ? to : epochMs(Math.min(to, from + length)) };
}

/** Its calendar days in order; the first and the last may be cut. */
export function daysOf({ from, to }: Period, timezone: string): readonly Period[] {
  const days: Period[] = [];
  let begin = DateTime.fromMillis(from, { zone: timezone });
  while (begin.toMillis() < to) {
    const next = begin.startOf('day').plus({ days: 1 });
    days.push(between(begin, next.toMillis() < to ? next : DateTime.fromMillis(to)));
    begin = next;
  }
  return days;
}

/** Between 22:00 and 06:00 by the community's clock. */
export function isNight(at: EpochMs, timezone: string): boolean {
  const { hour } = DateTime.fromMillis(at, { zone: timezone });
  return hour >= 22 || hour < 6;
}

const between = (from: DateTime, to: DateTime): Period => ({
  from: epochMs(from.toMillis()),
  to: epochMs(to.toMillis()),
});
