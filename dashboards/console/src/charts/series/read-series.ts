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

export interface SeriesData {
  readonly points: readonly SeriesPoint[];
  /** Length of a bucket, ms; null: every reading is there. */
  readonly everyMs: number | null;
  /** The device is silent: what it said last says nothing of later. Absent: it is not. */
  readonly knownUntil?: number;
}

/** As many readings are drawn one by one; more are put together in buckets. */
const mostRaw = 1_500;
const lookBackMs = 7 * 24 * 3_600_000;

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
}>;

/** What the device said in that time: every reading where they are few, else buckets. */
export async function readSeries(
  askReadings: AskReadings,
  key: SeriesKey,
  range: TimeRange,
): Promise<SeriesData> {
  const ask = (more: Pick<ReadingsQuery, 'limit' | 'every' | 'fn'>, { from, to }: TimeRange = range) =>
    askReadings(key.device, {
      property: key.property,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      ...more,
    });
  const raw = await ask({ limit: mostRaw });
  const points = pointsOf(raw.points);
  const isNumber = typeof points[0]?.value === 'number';
  if (raw.next === null) {
    if (isNumber) return { points, everyMs: null };
    // A door that was opened before and not shut since is open.
    const before = await ask({ every: '1d', fn: 'last' }, { from: range.from - lookBackMs, to: range.from });
    const standing = pointsOf(before.points).at(-1);
    const held = standing && typeof standing.value !== 'number' ? [{ ...standing, at: range.from }] : [];
    return { points: [...held, ...points], everyMs: null };
  }
  const { every, everyMs } = bucketFor(range);
  const read = async (fn: Fn) => pointsOf((await ask({ every, fn })).points);
  if (isNumber) {
    const [avg, min, max] = await Promise.all([read('avg'), read('min'), read('max')]);
    return { points: banded(avg, min, max), everyMs };
  }
  if (typeof points[0]?.value !== 'boolean') return { points: await read('last'), everyMs };
  const [any, last] = await Promise.all([read('max'), read('last')]);
  const lastAt = new Map(last.map(({ at, value }) => [at, value]));
  return {
    points: any.map(({ at, value }) => ({ at, value: value === 1, last: lastAt.get(at) ?? value === 1 })),
    everyMs,
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
