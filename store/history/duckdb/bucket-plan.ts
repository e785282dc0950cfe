import { minute as minuteMs } from '#model/brand.ts';
import type { Segment, ZoneCalendar } from '#store/history/duckdb/calendar.ts';
import { startOfDay } from '#store/history/duckdb/day.ts';
import type { RolledDay } from '#store/history/duckdb/day-query.ts';
import { partsOfDay } from '#store/history/duckdb/roll-day.ts';
import { type Level, lengthOf, levels } from '#store/history/duckdb/rollups.ts';

/** A stretch of one UTC day that is answered from one level, or from the readings. */
export interface Piece extends Segment {
  readonly day: number;
  readonly level: Level | 'raw';
  /** The buckets of the level, counted on the UTC day (rollups.ts, `bucket`). */
  readonly first: number;
  readonly last: number;
}

/** The levels that a length divides, coarse to fine; the bucket of a day has no length. */
const divided = levels.filter((level) => level !== '1d');

/** The range and buckets that are asked for. */
export interface Asked {
  readonly from: number;
  readonly to: number;
  readonly everyMs: number;
  readonly calendar: ZoneCalendar;
}

/**
 * Cuts what is asked of a day into pieces, each from the coarsest level whose buckets lie wholly in the asked ones. What no level
 * fits (ragged ends, a day that has no roll-ups) is answered from the readings.
 */
export function planDay(day: RolledDay, finestMinutes: number, asked: Asked): Piece[] {
  const start = startOfDay(day.day);
  const lo = Math.max(asked.from, start);
  const hi = Math.min(asked.to, startOfDay(day.day + 1));
  const segments = asked.calendar.segments(lo, hi, asked.everyMs);
  if (day.zone === null) return segments.map((segment) => fromReadings(segment, day.day));
  const having = divided.filter((level) => lengthOf[level] >= finestMinutes * minuteMs);
  const parts = segments.some(({ everyMs }) => everyMs === null) ? wholeParts(day, segments, asked) : [];
  return segments.flatMap((segment): Piece[] => {
    const whole =
      segment.everyMs === null
        ? parts.findIndex((part) => part.lo === segment.lo && part.hi === segment.hi)
        : -1;
    if (whole < 0) return cover(segment, day.day, having);
    return [{ ...segment, day: day.day, level: '1d', first: whole, last: whole }];
  });
}

/** The parts that the day's roll-up of days has; a day that is asked for whole has been cut into them already. */
function wholeParts(
  { day, zone }: RolledDay,
  segments: readonly Segment[],
  { calendar, from, to }: Asked,
): readonly { readonly lo: number; readonly hi: number }[] {
  if (zone !== calendar.timezone) return [];
  return from <= startOfDay(day) && to >= startOfDay(day + 1) ? segments : partsOfDay(calendar, day);
}

function cover(segment: Segment, day: number, [level, ...finer]: readonly Level[]): Piece[] {
  if (level === undefined) return [fromReadings(segment, day)];
  const start = startOfDay(day);
  const length = lengthOf[level];
  const isFitting =
    segment.everyMs === null ||
    (segment.everyMs % length === 0 && Math.abs((segment.start - start) % length) === 0);
  const lo = start + Math.ceil((segment.lo - start) / length) * length;
  const hi = start + Math.floor((segment.hi - start) / length) * length;
  if (!isFitting || lo >= hi) return cover(segment, day, finer);
  return [
    ...(segment.lo < lo ? cover({ ...segment, hi: lo }, day, finer) : []),
    { ...segment, lo, hi, day, level, first: (lo - start) / length, last: (hi - start) / length - 1 },
    ...(hi < segment.hi ? cover({ ...segment, lo: hi }, day, finer) : []),
  ];
}

const fromReadings = (segment: Segment, day: number): Piece => ({
  ...segment,
  day,
  level: 'raw',
  first: 0,
  last: 0,
});
