import { DateTime } from 'luxon';
import { epochMs } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import type { BucketQuery, Point } from '#store/history/history.ts';

type Question = Pick<BucketQuery, 'from' | 'to' | 'everyMs' | 'fn' | 'timezone'>;

/** Buckets the slow and obvious way, from points that rise in time. */
export function naiveBuckets(points: readonly Point[], question: Question): Point[] {
  const members = new Map<number, Point[]>();
  const days = new Map<number, LocalDay>();
  for (const point of points) {
    if (point.at < question.from || point.at >= question.to) continue;
    const start = bucketStart(point.at, question, days);
    const inside = members.get(start);
    if (inside) inside.push(point);
    else members.set(start, [point]);
  }
  return [...members].flatMap(([start, inside]) => {
    const value = aggregate(
      inside.map((point) => point.value),
      question.fn,
    );
    return value === null ? [] : [{ at: epochMs(start), value }];
  });
}

/** Where a day, and the bucket of days that it is in, begins. */
interface LocalDay {
  readonly midnight: number;
  readonly bucket: number;
}

/** Clocks change, and days begin, at quarters of an hour: the calendar is asked once for each. */
function localDay(at: number, question: Question, known: Map<number, LocalDay>): LocalDay {
  const quarter = Math.floor(at / 900_000);
  const found = known.get(quarter) ?? askCalendar(at, question);
  known.set(quarter, found);
  return found;
}

function askCalendar(at: number, { everyMs, timezone }: Question): LocalDay {
  const midnight = DateTime.fromMillis(at, { zone: timezone }).startOf('day');
  const length = Math.max(1, everyMs / 86_400_000);
  const monday = DateTime.fromISO('1970-01-05', { zone: timezone });
  const days = Math.round(midnight.diff(monday, 'days').days);
  const bucket = midnight.minus({ days: ((days % length) + length) % length });
  return { midnight: midnight.toMillis(), bucket: bucket.toMillis() };
}

function bucketStart(at: number, question: Question, days: Map<number, LocalDay>): number {
  const { bucket, midnight } = localDay(at, question, days);
  const { everyMs } = question;
  return everyMs < 86_400_000 ? midnight + Math.floor((at - midnight) / everyMs) * everyMs : bucket;
}

function aggregate(values: readonly Value[], fn: Question['fn']): Value | null {
  if (fn === 'count') return values.length;
  if (fn === 'first') return values[0] ?? null;
  if (fn === 'last') return values.at(-1) ?? null;
  const numbers = values.filter((value) => typeof value !== 'string').map(Number);
  if (numbers.length === 0) return null;
  const sum = numbers.reduce((a, b) => a + b, 0);
  switch (fn) {
    case 'avg':
      return sum / numbers.length;
    case 'sum':
      return sum;
    case 'min':
      return Math.min(...numbers);
    case 'max':
      return Math.max(...numbers);
  }
}
