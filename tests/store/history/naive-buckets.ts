import { DateTime } from 'luxon';
import { epochMs } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import type { BucketQuery, Point } from '#store/history/history.ts';

type Question = Pick<BucketQuery, 'from' | 'to' | 'everyMs' | 'fn' | 'timezone'>;

/** Buckets the slow and obvious way, from points that rise in time. */
export function naiveBuckets(points: readonly Point[], question: Question): Point[] {
  const members = new Map<number, Point[]>();
  for (const point of points) {
    if (point.at < question.from || point.at >= question.to) continue;
    const start = bucketStart(point.at, question);
    members.set(start, [...(members.get(start) ?? []), point]);
  }
  return [...members].flatMap(([start, inside]) => {
    const value = aggregate(
      inside.map((point) => point.value),
      question.fn,
    );
    return value === null ? [] : [{ at: epochMs(start), value }];
  });
}

function bucketStart(at: number, { everyMs, timezone }: Question): number {
  const midnight = DateTime.fromMillis(at, { zone: timezone }).startOf('day');
  if (everyMs < 86_400_000) {
    return midnight.toMillis() + Math.floor((at - midnight.toMillis()) / everyMs) * everyMs;
  }
  const length = everyMs / 86_400_000;
  const monday = DateTime.fromISO('1970-01-05', { zone: timezone });
  const days = Math.round(midnight.diff(monday, 'days').days);
  return midnight.minus({ days: ((days % length) + length) % length }).toMillis();
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
