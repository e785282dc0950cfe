import { type DuckDBConnection, INTEGER, LIST, listValue } from '@duckdb/node-api';
import { type EpochMs, epochMs, minute, plus } from '#model/brand.ts';
import { startOfDay } from '#store/history/duckdb/day.ts';
import { daysBetween, type StoredDay } from '#store/history/duckdb/day-query.ts';
import type { ReceivedQuery } from '#store/history/history.ts';

/** What is read in one question: what was received in from ≤ t < to, and the days whose tables have some of it. */
export interface Slice {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly days: ReadonlySet<number>;
}

/** About so many rows a slice: 10 MB in columns, and a tenth of a second in which others may wait for the processors. */
const sliceRows = 250_000;
const slotMs = 5 * minute;
/** So long before it was received a reading may have been measured, and is still found. */
const longestDelayMs = 31 * 86_400_000;
/** A clock that is ahead by more is not believed (docs/contract.md, Time). */
const longestAheadMs = 86_400_000;

/** What was received in one slot of time. */
interface Slot {
  rows: number;
  readonly days: Set<number>;
}

/**
 * Cuts the time of receipt so that each piece has about as many rows. Tables are by day of measurement: what came late
 * stands in an earlier one, so every table says once what of it was received when.
 */
export async function slicesOf(
  connection: DuckDBConnection,
  series: readonly number[],
  { from, to }: ReceivedQuery,
): Promise<readonly Slice[]> {
  const slots = new Map<number, Slot>();
  for (const stored of await daysBetween(connection, plus(from, -longestDelayMs), plus(to, longestAheadMs)))
    await countInto(slots, { connection, series, stored, range: { from, to } });
  return slices(slots, { from, to });
}

async function countInto(
  slots: Map<number, Slot>,
  parts: {
    connection: DuckDBConnection;
    series: readonly number[];
    stored: StoredDay;
    range: Pick<ReceivedQuery, 'from' | 'to'>;
  },
): Promise<void> {
  const { connection, range, series, stored } = parts;
  const received = `${startOfDay(stored.day)} + key % 86400000 + delay`;
  const rows = await (
    await connection.run(
      `SELECT (received // ${slotMs})::DOUBLE, count(*)::DOUBLE
       FROM (SELECT ${received} AS received FROM ${stored.table}
             WHERE key // 86400000 IN (SELECT unnest($1)))
       WHERE received >= $2::DOUBLE AND received < $3::DOUBLE GROUP BY ALL`,
      [listValue([...series]), range.from, range.to],
      [LIST(INTEGER)],
    )
  ).getRows();
  for (const [slotColumn, countColumn] of rows) {
    const number = Number(slotColumn);
    const slot = slots.get(number) ?? { rows: 0, days: new Set<number>() };
    slots.set(number, slot);
    slot.rows += Number(countColumn);
    slot.days.add(stored.day);
  }
}

function slices(
  slots: ReadonlyMap<number, Slot>,
  { from, to }: Pick<ReceivedQuery, 'from' | 'to'>,
): readonly Slice[] {
  const found: Slice[] = [];
  let rows = 0;
  let begin: number | null = null;
  let days = new Set<number>();
  const within = (at: number): EpochMs => epochMs(Math.min(Math.max(at, from), to));
  const close = (end: number): void => {
    if (begin === null) return;
    found.push(...parted({ from: within(begin), to: within(end), days }, rows));
    [rows, begin, days] = [0, null, new Set()];
  };
  for (const [number, slot] of [...slots].sort(([a], [b]) => a - b)) {
    if (rows > 0 && rows + slot.rows > sliceRows) close(number * slotMs);
    begin ??= number * slotMs;
    rows += slot.rows;
    for (const day of slot.days) days.add(day);
    if (rows >= sliceRows) close((number + 1) * slotMs);
  }
  close(to);
  return found;
}

/** A gateway that delivers a week at once fills a slot: its time is cut evenly. */
function parted(slice: Slice, rows: number): readonly Slice[] {
  const parts = Math.max(1, Math.ceil(rows / (2 * sliceRows)));
  const edge = (part: number): EpochMs =>
    epochMs(slice.from + Math.round(((slice.to - slice.from) * part) / parts));
  return Array.from({ length: parts }, (_, part) => ({ ...slice, from: edge(part), to: edge(part + 1) }));
}
