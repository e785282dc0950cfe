import { bucketFor, type TimeRange } from './series-range.ts';

/** One property of one device. */
export interface SeriesKey {
  readonly device: string;
  readonly property: string;
}

export type SeriesValue = number | boolean | string;

export interface SeriesPoint {
  readonly at: number;
  /** Of a bucket: the mean of numbers; of truths whether any was true; of words the last. */
  readonly value: SeriesValue;
  /** Of a bucket of numbers. */
  readonly min?: number;
  readonly max?: number;
  /** Of a bucket of truths: what it was in the end. */
  readonly last?: SeriesValue;
}

/** What buckets were made of: readings, summaries of a length, or both. */
export type BucketSource = 'raw' | '1m' | '15m' | '1h' | '1d' | 'mixed';

export interface SeriesData {
  readonly points: readonly SeriesPoint[];
  /** Length of a bucket, ms; null: every reading is there. */
  readonly everyMs: number | null;
  /** Absent: every reading is there. */
  readonly source?: BucketSource;
  /** The device is silent: what it said last says nothing of later. Absent: it is not. */
  readonly knownUntil?: number;
}

/** As many readings are drawn one by one; more are put together in buckets. */
const mostRaw = 1_500;
const oneDayMs = 24 * 3_600_000;
const lookBackMs = 7 * oneDayMs;

type Fn = 'avg' | 'min' | 'max' | 'last';

/** What is asked of the server: readings, or buckets of `every` by `fn`. */
export interface ReadingsQuery {
  readonly property: string;
  /** ISO 8601; from ≤ t < to. */
  readonly from: string;
  readonly to: string;
  readonly limit?: number;
  readonly every?: string;
  readonly fn?: Fn;
}

/** Asks for readings of a device. */
export type AskReadings = (
  device: string,
  query: ReadingsQuery,
) => Promise<{
  readonly points: readonly { readonly at: string; readonly value?: unknown }[];
  readonly next: string | null;
  /** Of buckets. */
  readonly source?: BucketSource | undefined;
}>;

/** What the device said in that time: every reading where they are few and all there still, else buckets. */
export async function readSeries(
  askReadings: AskReadings,
  key: SeriesKey,
  range: TimeRange,
): Promise<SeriesData> {
  const ask: Ask = (more, { from, to } = range) =>
    askReadings(key.device, {
      property: key.property,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      ...more,
    });
  const raw = await ask({ limit: mostRaw });
  const points = pointsOf(raw.points);
  const first = points[0];
  if (raw.next !== null) return readBuckets(ask, range, typeof first?.value);
  const firstAt = first?.at ?? range.to;
  if (typeof first?.value === 'number' && firstAt - range.from <= oneDayMs) return { points, everyMs: null };
  const before = await ask({ every: '1d', fn: 'last' }, { from: range.from - lookBackMs, to: firstAt });
  const earlier = pointsOf(before.points);
  // Readings that are kept no longer have left their summaries behind.
  const summed = earlier.findLast(({ at }) => at >= range.from);
  if (summed) return readBuckets(ask, range, typeof summed.value);
  // A door that was opened before and not shut since is open.
  const standing = earlier.at(-1);
  const held = standing && typeof standing.value !== 'number' ? [{ ...standing, at: range.from }] : [];
  return { points: [...held, ...points], everyMs: null };
}

type Ask = (
  more: Pick<ReadingsQuery, 'limit' | 'every' | 'fn'>,
  range?: TimeRange,
) => ReturnType<AskReadings>;

async function readBuckets(ask: Ask, range: TimeRange, type: string): Promise<SeriesData> {
  const { every, everyMs } = bucketFor(range);
  const read = async (fn: Fn) => {
    const { points, source = 'raw' } = await ask({ every, fn });
    return { points: pointsOf(points), source };
  };
  if (type === 'number') {
    const [avg, min, max] = await Promise.all([read('avg'), read('min'), read('max')]);
    return { points: banded(avg.points, min.points, max.points), everyMs, source: avg.source };
  }
  if (type !== 'boolean') return { ...(await read('last')), everyMs };
  const [any, last] = await Promise.all([read('max'), read('last')]);
  const lastAt = new Map(last.points.map(({ at, value }) => [at, value]));
  return {
    points: any.points.map(({ at, value }) => ({
      at,
      value: value === 1,
      last: lastAt.get(at) ?? value === 1,
    })),
    everyMs,
    source: any.source,
  };
}

function banded(
  avg: readonly SeriesPoint[],
  min: readonly SeriesPoint[],
  max: readonly SeriesPoint[],
): SeriesPoint[] {
  const least = new Map(min.map(({ at, value }) => [at, Number(value)]));
  const most = new Map(max.map(({ at, value }) => [at, Number(value)]));
  return avg.map(({ at, value }) => ({
    at,
    value,
    min: least.get(at) ?? Number(value),
    max: most.get(at) ?? Number(value),
  }));
}

/** What is drawn; a value that is neither number, truth nor word is left out. */
export const pointsOf = (points: readonly { at: string; value?: unknown }[]): SeriesPoint[] =>
  points.flatMap(({ at, value }) => (isShown(value) ? [{ at: Date.parse(at), value }] : []));

const isShown = (value: unknown): value is SeriesValue =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';
