import { zoneOffsetMs } from '../../format/zoned-time.ts';
import type { SeriesData } from './read-series.ts';
import type { TimeRange } from './series-range.ts';

const weekMs = 7 * 24 * 3_600_000;

/** The same time on the clocks of the wall so many weeks on (1) or back (-1), also where they were put forward between. */
export const weeksOn = (at: number, weeks: 1 | -1, zone: string): number => {
  const there = at + weeks * weekMs;
  return there + zoneOffsetMs(at, zone) - zoneOffsetMs(there, zone);
};

/** The range a week before. */
export const weekBefore = ({ from, to }: TimeRange, zone: string): TimeRange => ({
  from: weeksOn(from, -1, zone),
  to: weeksOn(to, -1, zone),
});

/** What was read of the week before, laid over the week after it. */
export function weekLater(data: SeriesData, zone: string): SeriesData {
  const [first, last] = [data.points[0], data.points.at(-1)];
  if (!first || !last) return data;
  const offsets = new Set(
    [first.at, last.at, first.at + weekMs, last.at + weekMs].map((at) => zoneOffsetMs(at, zone)),
  );
  // To ask for the offset of each of some thousand points takes longer than to draw them.
  const later = offsets.size === 1 ? (at: number) => at + weekMs : (at: number) => weeksOn(at, 1, zone);
  return { ...data, points: data.points.map((point) => ({ ...point, at: later(point.at) })) };
}
