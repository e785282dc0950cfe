import { type EpochMs, epochMs, hour, minute } from '#model/brand.ts';
import type { ReceivedReadings } from '#model/received.ts';
import type { ReceivedQuery, SeriesName } from '#store/history/history.ts';
import { everyMeasurement, kindOf } from '#store/history/influxdb/lines.ts';
import { during, isTag, oneOf, rowsOf, timeOf } from '#store/history/influxdb/select.ts';
import type { InfluxServer } from '#store/history/influxdb/server.ts';

/** What comes later or earlier than this is looked for once, beforehand; all else lies near the time of its receipt. */
const nearMs = 5 * minute;
const longestDelayMs = 31 * 24 * hour;
const sliceMs = hour;

/** A reading with all that is kept of it. */
export interface Row {
  readonly series: number;
  readonly at: number;
  readonly receivedAt: number;
  readonly value: number;
  readonly marks: number;
  /** Its place in its message. */
  readonly order: number;
  readonly text: string | null;
}

/** The series of a query that exist; a device's stand together. */
export async function chooseSeries(
  server: InfluxServer,
  { of }: ReceivedQuery,
): Promise<readonly SeriesName[]> {
  const chosen: SeriesName[] = [];
  for (const { device, properties } of of) {
    const [tables = []] = await server.query([
      `SHOW TAG VALUES FROM ${everyMeasurement} WITH KEY = "property" WHERE ${isTag('device', device)}`,
    ]);
    const stored = new Set(tables.flatMap(({ values }) => values.map(([, name]) => String(name))));
    for (const property of [...stored].toSorted())
      if (properties === null || properties.includes(property)) chosen.push({ device, property });
  }
  return chosen;
}

/** In the order of receipt, an hour of it at a time. */
export async function* receivedBatches(
  server: InfluxServer,
  series: readonly SeriesName[],
  query: ReceivedQuery,
): AsyncIterableIterator<ReceivedReadings> {
  if (series.length === 0 || query.from >= query.to) return;
  const index = new Map(series.map(({ device, property }, place) => [`${device}\n${property}`, place]));
  const source = `FROM ${everyMeasurement} WHERE ${oneOf('device', [...new Set(series.map(({ device }) => device))])}`;
  const inOrder = orderOf(series);
  const read = async (condition: string, range: { from: number; to: number }): Promise<Row[]> => {
    const [tables = []] = await server.query([
      `SELECT num, bool, text, k, d, f, o ${source} AND ${condition} AND ${during(range)} GROUP BY device, property`,
    ]);
    return tables.flatMap((table) => {
      const place = index.get(`${table.tags['device']}\n${table.tags['property']}`);
      return place === undefined ? [] : [...rowsOf(table)].map((cell) => rowOf(place, cell));
    });
  };
  const reached = { from: query.from - longestDelayMs, to: query.to + longestDelayMs };
  const far = (await read(`(d > ${nearMs} OR d < -${nearMs})`, reached)).toSorted(inOrder);
  const extent = await server.query([
    `SELECT first(k) ${source} AND ${during(reached)}`,
    `SELECT last(k) ${source} AND ${during(reached)}`,
  ]);
  const times = extent.flatMap((tables) => tables.map(({ values }) => Number(values[0]?.[0])));
  const firstFar = far.find(({ receivedAt }) => receivedAt >= query.from)?.receivedAt ?? query.to;
  const begin = Math.max(query.from, Math.min(firstFar, Math.min(...times) - nearMs));
  const end = Math.min(query.to, Math.max(Math.max(...times) + nearMs, far.at(-1)?.receivedAt ?? begin) + 1);
  for (let from = begin; from < end; from += sliceMs) {
    const to = Math.min(end, from + sliceMs);
    const near = await read(`d >= -${nearMs} AND d <= ${nearMs}`, {
      from: from - nearMs,
      to: to + nearMs + 1,
    });
    const rows = [...near, ...far]
      .filter(({ receivedAt }) => receivedAt >= from && receivedAt < to)
      .toSorted(inOrder);
    if (rows.length > 0) yield columnsOf(rows);
  }
}

/** Of the same moment what was on time comes first: on the data clock it moved the clock. A message's readings follow one another. */
function orderOf(series: readonly SeriesName[]): (a: Row, b: Row) => number {
  const ranks = new Map<string, number>();
  for (const { device } of series) ranks.set(device, ranks.get(device) ?? ranks.size);
  const rank = series.map(({ device }) => ranks.get(device) ?? 0);
  return (a, b) =>
    a.receivedAt - b.receivedAt ||
    Number(a.at !== a.receivedAt) - Number(b.at !== b.receivedAt) ||
    a.at - b.at ||
    (rank[a.series] ?? 0) - (rank[b.series] ?? 0) ||
    a.order - b.order ||
    a.series - b.series;
}

/** Of a row that has `num`, `bool`, `text`, `k`, `d`, `f`. */
export function rowOf(series: number, cell: (name: string) => string | number | boolean | null): Row {
  const at: EpochMs = timeOf(cell);
  const kind = Number(cell('k'));
  const text = kind === kindOf.text ? String(cell('text') ?? '') : null;
  return {
    series,
    at,
    receivedAt: epochMs(at + Number(cell('d'))),
    value: text === null ? Number(cell('num')) : 0,
    marks: kind + 4 * Number(cell('f')),
    order: Number(cell('o')),
    text,
  };
}

export function columnsOf(rows: readonly Row[]): ReceivedReadings {
  const { length } = rows;
  const ints = (): Int32Array => new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
  const doubles = (): Float64Array =>
    new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
  const texts = new Map<number, string>();
  const columns = { series: ints(), at: doubles(), receivedAt: doubles(), value: doubles(), marks: ints() };
  for (const [row, { at, marks, receivedAt, series, text, value }] of rows.entries()) {
    columns.series[row] = series;
    columns.at[row] = at;
    columns.receivedAt[row] = receivedAt;
    columns.value[row] = value;
    columns.marks[row] = marks;
    if (text !== null) texts.set(row, text);
  }
  return { length, ...columns, texts };
}
