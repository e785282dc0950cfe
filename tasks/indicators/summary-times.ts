import { DateTime } from 'luxon';
import { type EpochMs, epochMs } from '#model/brand.ts';
import type { SummaryKind } from '#model/summary.ts';
import { type Period, periodAt } from '#tasks/indicators/period.ts';

/** So many of a kind are made up for after a downtime; nobody reads more. */
const mostMissed = 7;

export interface SummaryTimes {
  readonly timezone: string;
  /** `HH:mm` by the community's clock. */
  readonly at: string;
}

/** A summary that is to go out. */
export interface DueSummary {
  readonly period: Period;
  /** When it was to go out. */
  readonly dueAt: EpochMs;
}

/**
 * What of a kind is to go out at `now`, the oldest first: periods that are over, whose time has come since `since` and that end
 * after `toldUntil`. A function of time and of what was told alone, so that no timer can be missed.
 */
export function dueSummaries(
  kind: SummaryKind,
  {
    now,
    since,
    toldUntil,
  }: { readonly now: EpochMs; readonly since: EpochMs; readonly toldUntil: EpochMs | undefined },
  times: SummaryTimes,
): readonly DueSummary[] {
  const due: DueSummary[] = [];
  for (let ago = mostMissed; ago > 0; ago--) {
    const period = periodAt(kind, now, { timezone: times.timezone, ago });
    const dueAt = atClock(period.to, times);
    if (dueAt <= now && dueAt >= since && period.to > (toldUntil ?? 0)) due.push({ period, dueAt });
  }
  return due;
}

/** When summaries go out next after `now`: every kind goes out at the same time of a day. */
export function nextSummaryTime(now: EpochMs, times: SummaryTimes): EpochMs {
  const today = atClock(now, times);
  if (today > now) return today;
  const tomorrow = DateTime.fromMillis(now, { zone: times.timezone }).startOf('day').plus({ days: 1 });
  return atClock(epochMs(tomorrow.toMillis()), times);
}

/** That time of the day in which `day` lies; where the clock leaps over it, right after. */
function atClock(day: EpochMs, { at, timezone }: SummaryTimes): EpochMs {
  const [hour = 8, minute = 0] = at.split(':').map(Number);
  const time = DateTime.fromMillis(day, { zone: timezone }).startOf('day').set({ hour, minute });
  return epochMs(time.toMillis());
}
