import { type EpochMs, epochMs } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import { type Asked, type Piece, planDay } from '#store/history/duckdb/bucket-plan.ts';
import {
  type BucketRead,
  type PartialBucket,
  readingBuckets,
  rollupBuckets,
} from '#store/history/duckdb/bucket-rows.ts';
import type { ZoneCalendar } from '#store/history/duckdb/calendar.ts';
import { type RolledDay, rolledDaysBetween, storedValue } from '#store/history/duckdb/day-query.ts';
import { levels, rollupTable } from '#store/history/duckdb/rollups.ts';
import type { Aggregate, BucketQuery, BucketSource, Point } from '#store/history/history.ts';

const maxBuckets = 100_000;

/** What is asked of the series, whose property it names. */
type Question = Pick<BucketQuery, 'property' | 'from' | 'to' | 'everyMs' | 'fn' | 'timezone'>;

export interface SeriesBuckets {
  /** By series; those that have none are left out. */
  readonly points: ReadonlyMap<number, readonly Point[]>;
  readonly source: BucketSource;
}

/**
 * Series of one property in buckets, rising, empty ones left out; from readings or roll-ups, as bucket-plan.ts chooses.
 * Throws GridbellError `too-large` beyond 100,000 buckets in all.
 */
export async function readBuckets(
  { connection, series }: Pick<BucketRead, 'connection' | 'series'>,
  query: Question,
  calendar: ZoneCalendar,
): Promise<SeriesBuckets> {
  if (series.length === 0) return { points: new Map(), source: 'raw' };
  const read: BucketRead = { connection, series, fn: query.fn, limit: maxBuckets + 1 };
  const days = await rolledDaysBetween(connection, query.property, query);
  const asked: Asked = { ...query, calendar };
  const pieces = await planDays(read, days, asked);
  const stored = new Map(days.flatMap(({ day, readings }) => (readings ? [[day, readings]] : [])));
  const raw = pieces.flatMap((piece) => {
    const readings = piece.level === 'raw' ? stored.get(piece.day) : undefined;
    return readings ? [{ ...piece, stored: readings }] : [];
  });
  const buckets = new Buckets(query.fn);
  for (const level of levels) {
    const some = pieces.filter((piece) => piece.level === level);
    if (some.length > 0) buckets.take(await rollupBuckets(read, level, some));
  }
  if (raw.length > 0) buckets.take(await readingBuckets(read, raw));
  return buckets.finish();
}

async function planDays(read: BucketRead, days: readonly RolledDay[], asked: Asked): Promise<Piece[]> {
  const planned = days.map((day) => ({ day, pieces: planDay(day, 60, asked) }));
  const rest = planned.filter(
    ({ day, pieces }) => day.zone !== null && pieces.some(({ level }) => level === 'raw'),
  );
  // The shorter levels are not there for every series: only where they would serve it is worth asking.
  const finest =
    read.series.length === 1
      ? await finestOf(
          read,
          rest.map(({ day }) => day.day),
        )
      : new Map<number, number>();
  return planned.flatMap(({ day, pieces }) => {
    const minutes = finest.get(day.day) ?? 60;
    return minutes < 60 ? planDay(day, minutes, asked) : pieces;
  });
}

/** The shortest level that the series has on each of the days, in minutes. */
async function finestOf(read: BucketRead, days: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (days.length === 0) return new Map();
  const range = `day BETWEEN ${Math.min(...days)} AND ${Math.max(...days)}`;
  const selects = [...new Set(days.map((day) => rollupTable('1d', day)))].map(
    (table) =>
      `SELECT day, finest FROM ${table} WHERE series = ${read.series[0]} AND ${range} AND bucket = 0`,
  );
  const rows = await (await read.connection.run(selects.join(' UNION ALL '))).getRows();
  return new Map(rows.map(([day, finest]) => [Number(day), Number(finest)]));
}

/** Joins what several sources hold of a bucket. */
class Buckets {
  readonly #fn: Aggregate;
  readonly #bySeries = new Map<number, Map<number, PartialBucket>>();
  readonly #sources = new Set<Piece['level']>();
  #count = 0;

  constructor(fn: Aggregate) {
    this.#fn = fn;
  }

  take(partials: readonly PartialBucket[]): void {
    for (const partial of partials) {
      this.#sources.add(partial.source);
      let buckets = this.#bySeries.get(partial.series);
      if (!buckets) {
        buckets = new Map();
        this.#bySeries.set(partial.series, buckets);
      }
      const known = buckets.get(partial.start);
      if (!known) this.#count += 1;
      buckets.set(partial.start, known ? this.#join(known, partial) : partial);
    }
    if (this.#count > maxBuckets) {
      throw new GridbellError(
        'too-large',
        `more than ${maxBuckets} buckets: take longer ones or a shorter range`,
      );
    }
  }

  finish(): SeriesBuckets {
    const points = new Map<number, readonly Point[]>();
    for (const [series, buckets] of this.#bySeries) {
      const rising = [...buckets.values()].sort((a, b) => a.start - b.start);
      points.set(
        series,
        rising.map((bucket) => this.#point(bucket)),
      );
    }
    const [source, another] = this.#sources;
    return { points, source: another === undefined ? (source ?? 'raw') : 'mixed' };
  }

  #join(one: PartialBucket, other: PartialBucket): PartialBucket {
    const rows = one.rows + other.rows;
    const [a, b] = [Number(one.result), Number(other.result)];
    switch (this.#fn) {
      case 'avg':
      case 'sum':
      case 'count':
        return { ...one, rows, result: a + b };
      case 'min':
        return { ...one, rows, result: Math.min(a, b) };
      case 'max':
        return { ...one, rows, result: Math.max(a, b) };
      case 'first':
        return { ...(one.happened <= other.happened ? one : other), rows };
      case 'last':
        return { ...(one.happened > other.happened ? one : other), rows };
    }
  }

  #point({ start, rows, result, kind, text }: PartialBucket): Point {
    const at: EpochMs = epochMs(start);
    if (this.#fn === 'first' || this.#fn === 'last') return { at, value: storedValue(kind, result, text) };
    return { at, value: this.#fn === 'avg' ? Number(result) / rows : Number(result) };
  }
}
