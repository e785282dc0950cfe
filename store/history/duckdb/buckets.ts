import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { epochMs } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import { type Segment, segmentsOf } from '#store/history/duckdb/calendar.ts';
import { startOfDay } from '#store/history/duckdb/day.ts';
import {
  Bindings,
  daysBetween,
  type StoredDay,
  selectDay,
  storedValue,
} from '#store/history/duckdb/day-query.ts';
import { kind } from '#store/history/duckdb/schema.ts';
import type { Aggregate, BucketQuery, Point } from '#store/history/history.ts';

/** The most days that one statement reads. */
const maxDays = 32;
const maxBuckets = 100_000;

/** What a bucket holds so far; a bucket may lie across the tables of several UTC days. */
interface Partial {
  readonly start: number;
  readonly rows: number;
  readonly result: number;
  readonly last: Point['value'];
}

const resultColumn = {
  avg: 'sum(value)',
  sum: 'sum(value)',
  min: 'min(value)',
  max: 'max(value)',
  count: 'count(*)::DOUBLE',
  last: 'max_by(value, happened)',
} as const satisfies Record<Aggregate, string>;

const combine = {
  avg: (a, b) => a + b,
  sum: (a, b) => a + b,
  min: Math.min,
  max: Math.max,
  count: (a, b) => a + b,
  last: (_, b) => b,
} as const satisfies Record<Aggregate, (a: number, b: number) => number>;

/** Texts have no sum and no mean. */
const takesText: ReadonlySet<Aggregate> = new Set(['count', 'last']);

/** The series in buckets, rising, empty ones left out. Throws GridbellError `too-large` beyond 100,000 buckets. */
export async function readBuckets(
  connection: DuckDBConnection,
  series: number,
  query: BucketQuery,
): Promise<Point[]> {
  const days = await daysBetween(connection, query.from, query.to);
  const buckets: Partial[] = [];
  for (let index = 0; index < days.length; index += maxDays) {
    for (const next of await aggregateDays(connection, series, days.slice(index, index + maxDays), query)) {
      const last = buckets.at(-1);
      if (last?.start === next.start) buckets[buckets.length - 1] = join(last, next, query.fn);
      else buckets.push(next);
    }
    if (buckets.length > maxBuckets) {
      throw new GridbellError(
        'too-large',
        `more than ${maxBuckets} buckets: take longer ones or a shorter range`,
      );
    }
  }
  return buckets.map((bucket) => ({ at: epochMs(bucket.start), value: finish(bucket, query.fn) }));
}

const join = (earlier: Partial, later: Partial, fn: Aggregate): Partial => ({
  start: earlier.start,
  rows: earlier.rows + later.rows,
  result: combine[fn](earlier.result, later.result),
  last: later.last,
});

function finish(bucket: Partial, fn: Aggregate): Point['value'] {
  if (fn === 'last') return bucket.last;
  return fn === 'avg' ? bucket.result / bucket.rows : bucket.result;
}

async function aggregateDays(
  connection: DuckDBConnection,
  series: number,
  days: readonly StoredDay[],
  query: BucketQuery,
): Promise<Partial[]> {
  const bindings = new Bindings();
  const selects = days.flatMap((stored) => {
    const start = startOfDay(stored.day);
    const lo = Math.max(query.from, start);
    const hi = Math.min(query.to, startOfDay(stored.day + 1));
    return segmentsOf(lo, hi, query.everyMs, query.timezone).map(({ lo, hi, ...bucket }) => {
      const columns = [
        `${bucketColumn(bindings, bucket, start)} AS bucket`,
        `${bindings.bind(start, 'DOUBLE')} + ms AS happened`,
        'value, kind, text',
      ].join(', ');
      return selectDay(bindings, stored, { series, lo, hi, columns });
    });
  });
  const result = await connection.run(
    `SELECT bucket, count(*)::DOUBLE, ${resultColumn[query.fn]}, max_by(kind, happened), max_by(text, happened)
     FROM (${selects.join(' UNION ALL ')}) ${takesText.has(query.fn) ? '' : `WHERE kind <> ${kind.text}`}
     GROUP BY bucket ORDER BY bucket LIMIT ${maxBuckets + 1}`,
    bindings.values,
  );
  return (await result.getRows()).map(partialOf);
}

/** Start of the bucket that a row at `ms` of the day belongs to, in epoch ms. */
function bucketColumn(
  bindings: Bindings,
  { start, everyMs }: Pick<Segment, 'start' | 'everyMs'>,
  dayStart: number,
): string {
  if (everyMs === null) return bindings.bind(start, 'DOUBLE');
  const every = bindings.bind(everyMs, 'BIGINT');
  const offset = bindings.bind(start - dayStart, 'BIGINT');
  return `${bindings.bind(start, 'DOUBLE')} + ((ms - ${offset}) // ${every}) * ${every}`;
}

/** `max_by` skips a null text, so `text` counts only when the last row's kind says that it is one. */
function partialOf(row: readonly DuckDBValue[]): Partial {
  const [start = null, rows = null, result = null, lastKind = null, text = null] = row;
  return {
    start: Number(start),
    rows: Number(rows),
    result: Number(result),
    last: storedValue(lastKind, result, text),
  };
}
