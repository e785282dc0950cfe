import { type DeviceId, day, epochMs } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import type { Value } from '#model/reading.ts';
import { checkBuckets, type Segment, ZoneCalendar } from '#store/history/duckdb/calendar.ts';
import type { Aggregate, HeatAnswer, HeatQuery } from '#store/history/history.ts';
import { kindOf, measurementOf } from '#store/history/influxdb/lines.ts';
import { named } from '#store/history/influxdb/quote.ts';
import {
  type Cell,
  during,
  isTag,
  oneOf,
  rowsOf,
  saidValue,
  timeOf,
} from '#store/history/influxdb/select.ts';
import type { InfluxServer, Table } from '#store/history/influxdb/server.ts';

const maxBuckets = 100_000;

/** What is asked of the server for a bucket; parts of one bucket are joined here. */
const columnsOf: Readonly<Record<Aggregate, string>> = {
  avg: 'sum(num) AS sum, count(num) AS rows',
  sum: 'sum(num) AS sum, count(num) AS rows',
  count: 'count(k) AS rows',
  min: 'min(num) AS least, count(num) AS rows',
  max: 'max(num) AS most, count(num) AS rows',
  first: 'first(k) AS k, first(num) AS num, first(bool) AS bool, first(text) AS text',
  last: 'last(k) AS k, last(num) AS num, last(bool) AS bool, last(text) AS text',
};

interface Bucket {
  readonly rows: number;
  readonly value: Value;
}

/** A stretch whose buckets are of one length and begin at `start`. */
interface Run {
  readonly lo: number;
  readonly hi: number;
  readonly start: number;
  readonly everyMs: number;
}

/** Buckets of one property of many devices from readings. Throws as History.buckets says. */
export async function readHeat(server: InfluxServer, query: HeatQuery): Promise<HeatAnswer> {
  checkBuckets(query.everyMs, query.timezone);
  const none: HeatAnswer = { rows: [], source: 'raw' };
  if (query.devices.length === 0 || query.from >= query.to) return none;
  const source = `FROM ${named(measurementOf(query.property))} WHERE ${isTag('property', query.property)} AND ${oneOf('device', query.devices)}`;
  const extent = await extentOf(server, `${source} AND ${during(query)}`);
  if (extent === null) return none;
  const range = { from: Math.max(query.from, extent.first), to: Math.min(query.to, extent.last + 1) };
  const segments = new ZoneCalendar(query.timezone).segments(range.from, range.to, query.everyMs);
  // What was a number before it was corrected into a text still has its `num`.
  const numbers =
    extent.hasTexts && !['count', 'first', 'last'].includes(query.fn) ? ` AND k < ${kindOf.text}` : '';
  const statements = runsOf(segments).map(
    (run) =>
      `SELECT ${columnsOf[query.fn]} ${source} AND ${during({ from: run.lo, to: run.hi })}${numbers}
       GROUP BY time(${run.everyMs}ms, ${((run.start % run.everyMs) + run.everyMs) % run.everyMs}ms), device fill(none) LIMIT ${maxBuckets + 1}`,
  );
  const found = new FoundBuckets(query.fn, bucketStarts(segments, query.everyMs));
  for (const tables of await server.query(statements)) for (const table of tables) found.take(table);
  return { rows: found.rowsOf(query.devices), source: 'raw' };
}

/** Joins what several pieces hold of a bucket. */
class FoundBuckets {
  readonly #fn: Aggregate;
  readonly #startOf: (at: number) => number;
  readonly #byDevice = new Map<string, Map<number, Bucket>>();
  #count = 0;

  constructor(fn: Aggregate, startOf: (at: number) => number) {
    this.#fn = fn;
    this.#startOf = startOf;
  }

  take(table: Table): void {
    const device = table.tags['device'] ?? '';
    const buckets = this.#byDevice.get(device) ?? new Map<number, Bucket>();
    this.#byDevice.set(device, buckets);
    for (const cell of rowsOf(table)) {
      const bucket = bucketOf(this.#fn, cell);
      if (bucket === null) continue;
      const start = this.#startOf(timeOf(cell));
      const known = buckets.get(start);
      if (!known) this.#count += 1;
      buckets.set(start, known ? joined(this.#fn, known, bucket) : bucket);
    }
    if (this.#count > maxBuckets)
      throw new GridbellError(
        'too-large',
        `more than ${maxBuckets} buckets: take longer ones or a shorter range`,
      );
  }

  rowsOf(devices: readonly DeviceId[]): HeatAnswer['rows'] {
    return devices.flatMap((device) => {
      const buckets = this.#byDevice.get(device);
      if (!buckets || buckets.size === 0) return [];
      const points = [...buckets]
        .toSorted(([a], [b]) => a - b)
        .map(([at, { rows, value }]) => ({
          at: epochMs(at),
          value: this.#fn === 'avg' ? Number(value) / rows : value,
        }));
      return [{ device, points }];
    });
  }
}

async function extentOf(
  server: InfluxServer,
  source: string,
): Promise<{ readonly first: number; readonly last: number; readonly hasTexts: boolean } | null> {
  const [first, last, texts] = await server.query([
    `SELECT first(k) ${source}`,
    `SELECT last(k) ${source}`,
    `SELECT count(text) ${source}`,
  ]);
  const [from, to] = [first, last].map((tables) => tables?.[0]?.values[0]?.[0]);
  if (typeof from !== 'number' || typeof to !== 'number') return null;
  return { first: from, last: to, hasTexts: Number(texts?.[0]?.values[0]?.[1] ?? 0) > 0 };
}

/** Days that go on in one step become one question: a year by day is one, or three where the clock changes. */
function runsOf(segments: readonly Segment[]): readonly Run[] {
  const runs: Run[] = [];
  for (const { everyMs, hi, lo, start } of segments) {
    // A whole day is asked for as pieces that are never longer; its bucket is known by the segment.
    const step = everyMs ?? day;
    const origin = everyMs === null ? lo : start;
    const before = runs.at(-1);
    const goesOn =
      before !== undefined &&
      before.hi === lo &&
      before.everyMs === step &&
      (lo - before.start) % step === 0 &&
      (origin - before.start) % step === 0;
    if (goesOn) runs[runs.length - 1] = { ...before, hi };
    else runs.push({ lo, hi, start: origin, everyMs: step });
  }
  return runs;
}

/** The bucket in which a piece that begins at a time belongs; InfluxDB names a piece by its start, which may lie before `lo`. */
function bucketStarts(segments: readonly Segment[], everyMs: number): (at: number) => number {
  if (everyMs < day) return (at) => at;
  return (at) => {
    let [low, high] = [0, segments.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((segments[middle]?.lo ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return segments[low]?.start ?? at;
  };
}

function bucketOf(fn: Aggregate, cell: Cell): Bucket | null {
  if (fn === 'first' || fn === 'last') {
    const kind = cell('k');
    return kind === null ? null : { rows: 1, value: saidValue(Number(kind), cell) };
  }
  const rows = Number(cell('rows') ?? 0);
  if (rows === 0) return null;
  const of = { avg: 'sum', sum: 'sum', count: 'rows', min: 'least', max: 'most' }[fn];
  return { rows, value: Number(cell(of)) };
}

/** `other` is the later one. */
function joined(fn: Aggregate, one: Bucket, other: Bucket): Bucket {
  const rows = one.rows + other.rows;
  const [a, b] = [Number(one.value), Number(other.value)];
  switch (fn) {
    case 'avg':
    case 'sum':
    case 'count':
      return { rows, value: a + b };
    case 'min':
      return { rows, value: Math.min(a, b) };
    case 'max':
      return { rows, value: Math.max(a, b) };
    case 'first':
      return { ...one, rows };
    case 'last':
      return { ...other, rows };
  }
}
