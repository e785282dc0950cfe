import { type DuckDBConnection, INTEGER, LIST, listValue } from '@duckdb/node-api';
import { day as dayMs, type EpochMs, epochMs, minute } from '#model/brand.ts';
import type { ReceivedReadings } from '#model/received.ts';
import { keyOf, startOfDay } from '#store/history/duckdb/day.ts';
import { daysBetween, type StoredDay } from '#store/history/duckdb/day-query.ts';
import type { ReceivedRows } from '#store/history/duckdb/received.ts';

/** from ≤ time of measurement < to. */
export interface MeasuredRange {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Pieces that are read one by one, and up to where they reach. */
export interface MeasuredSlices {
  readonly slices: readonly MeasuredRange[];
  readonly to: EpochMs;
}

/** About so many rows a slice: 4 MB in columns, and a twentieth of a second in which others may wait for the processors. */
const sliceRows = 100_000;
const slotMs = 5 * minute;
/** Most days that one question looks into: a series that says little has its turn end as well. */
const mostDays = 32;
/** So many series are found by their keys, each by its own; more by reading the day. */
const fewSeries = 8;

/** Cuts the next days with anything of these series so that each piece has about as many rows. */
export async function nextSlices(
  connection: DuckDBConnection,
  ids: readonly number[],
  { from, to }: MeasuredRange,
): Promise<MeasuredSlices> {
  const days = await daysBetween(connection, from, to);
  const slices: MeasuredRange[] = [];
  const within = (at: number): EpochMs => epochMs(Math.min(Math.max(at, from), to));
  let [rows, begin, looked] = [0, null as number | null, 0];
  const close = (end: number): void => {
    if (begin !== null) slices.push(...parted({ from: within(begin), to: within(end) }, rows));
    [rows, begin] = [0, null];
  };
  for (const stored of days) {
    for (const [slot, count] of await slotsOf(connection, ids, stored, { from, to })) {
      if (rows > 0 && rows + count > sliceRows) close(slot * slotMs);
      begin ??= slot * slotMs;
      rows += count;
    }
    looked += 1;
    if (slices.length === 0 && rows < sliceRows && looked < mostDays) continue;
    const end = startOfDay(stored.day + 1);
    close(end);
    return { slices, to: within(end) };
  }
  close(to);
  return { slices, to };
}

/** A gateway that says very much at once fills a slot: its time is cut evenly. */
function parted({ from, to }: MeasuredRange, rows: number): readonly MeasuredRange[] {
  const parts = Math.max(1, Math.ceil(rows / (2 * sliceRows)));
  const edge = (part: number): EpochMs => epochMs(from + Math.round(((to - from) * part) / parts));
  return Array.from({ length: parts }, (_, part) => ({ from: edge(part), to: edge(part + 1) }));
}

/** How many rows each slot of a day has, rising; of what is not in order yet a repeated one counts again. */
async function slotsOf(
  connection: DuckDBConnection,
  ids: readonly number[],
  stored: StoredDay,
  range: MeasuredRange,
): Promise<readonly (readonly [slot: number, rows: number])[]> {
  const result = await ask(
    connection,
    ids,
    `SELECT (happened // ${slotMs})::DOUBLE, count(*)::DOUBLE
     FROM (${rowsOf({ ...stored, sorted: true }, ids, range)}) GROUP BY ALL ORDER BY 1`,
  );
  return (await result.getRows()).map(([slot, rows]) => [Number(slot), Number(rows)]);
}

/** All readings of a slice in the order of their time, each time of a series once: the last received. */
export async function readMeasured(
  connection: DuckDBConnection,
  ids: readonly number[],
  range: MeasuredRange,
  rows: ReceivedRows,
): Promise<ReceivedReadings> {
  const days = await daysBetween(connection, range.from, range.to);
  rows.clear();
  if (days.length === 0) return rows.finish();
  const result = await ask(
    connection,
    ids,
    `SELECT no, happened::DOUBLE, (happened + delay)::DOUBLE, value, kind::INTEGER + 4 * flags::INTEGER, text
     FROM (${days.map((stored) => rowsOf(stored, ids, range)).join(' UNION ALL ')}) ORDER BY happened, no`,
  );
  for (let chunk = await result.fetchChunk(); chunk?.rowCount; chunk = await result.fetchChunk())
    rows.take(chunk);
  return rows.finish();
}

/** `chosen` has the series and their places in the query. */
const ask = (connection: DuckDBConnection, ids: readonly number[], statement: string) =>
  connection.stream(
    `WITH chosen AS MATERIALIZED (SELECT unnest($1) AS series, unnest($2) AS no) ${statement}`,
    [listValue([...ids]), listValue(ids.map((_, index) => index))],
    [LIST(INTEGER), LIST(INTEGER)],
  );

/** SELECT of the rows of a day that belong to these series: `no`, `happened`, `value`, `kind`, `flags`, `text`, `delay`. */
function rowsOf(stored: StoredDay, ids: readonly number[], range: MeasuredRange): string {
  const start = startOfDay(stored.day);
  // A bound beyond the day would reach into the keys of the next series.
  const bound = (at: number): number => Math.min(Math.max(Math.ceil(at - start), 0), dayMs);
  const [lo, hi] = [bound(range.from), bound(range.to)];
  const once = stored.sorted ? '' : ' QUALIFY row_number() OVER (PARTITION BY key ORDER BY seq DESC) = 1';
  const columns = 'value, kind, flags, text, delay';
  if (ids.length <= fewSeries)
    return ids
      .map(
        (id, no) =>
          `(SELECT ${no} AS no, ${start} + key - ${keyOf(id, 0)} AS happened, ${columns} FROM ${stored.table}
            WHERE key >= ${keyOf(id, lo)} AND key < ${keyOf(id, hi)}${once})`,
      )
      .join(' UNION ALL ');
  // The window stands within: DuckDB fails at one whose partitions are of a join.
  return `(SELECT no, ${start} + key - series * ${dayMs} AS happened, ${columns}
           FROM (SELECT *, key // ${dayMs} AS series FROM ${stored.table}
                 WHERE key % ${dayMs} >= ${lo} AND key % ${dayMs} < ${hi}
                   AND key // ${dayMs} IN (SELECT series FROM chosen)${once}) JOIN chosen USING (series))`;
}
