import type { DuckDBConnection } from '@duckdb/node-api';
import { day as dayMs, hour as hourMs, minute as minuteMs } from '#model/brand.ts';
import { dateOf } from '#store/history/duckdb/day.ts';

/** The levels, coarse to fine. */
export const levels = ['1d', '1h', '15m', '1m'] as const;
export type Level = (typeof levels)[number];

/** Length of a bucket; a day is cut at the midnights of a zone instead. */
export const lengthOf = {
  '1d': dayMs,
  '1h': hourMs,
  '15m': 15 * minuteMs,
  '1m': minuteMs,
} as const satisfies Record<Level, number>;

/**
 * A level that not every series has: only one with so many readings a bucket over the whole day. Below it the bucket
 * takes as much room as the readings that it stands for (docs/decisions/171).
 */
const denseReadings = 30;

/** How many readings of a day a series needs to have the level. */
export const leastReadings = (level: Level): number =>
  level === '1d' || level === '1h' ? 1 : (denseReadings * dayMs) / lengthOf[level];

/** Whether a series with so many readings that day has the level. */
export const hasLevel = (level: Level, readings: number): boolean => readings >= leastReadings(level);

/**
 * A bucket of one series. `bucket` counts from 0 on the UTC day; of a day's, the parts between the midnights of the zone that
 * `rolled` names. `texts` of the `rows` are texts; `low`, `high` and `total` are of the others, null when there are none.
 * `finest` is the shortest level that the series has that day, in minutes.
 */
export const rollupColumns =
  'day INTEGER, series INTEGER, bucket USMALLINT, rows UINTEGER, texts UINTEGER, low DOUBLE, high DOUBLE, total DOUBLE, ' +
  'head DOUBLE, head_kind UTINYINT, head_text VARCHAR, tail DOUBLE, tail_kind UTINYINT, tail_text VARCHAR, finest USMALLINT';

/**
 * The table that holds a day's buckets: one a month, one a year for days. A table a day would take half a megabyte, and a year
 * of them a second to ask.
 */
export function rollupTable(level: Level, day: number): string {
  const date = dateOf(day);
  return `rollup_${level}_${level === '1d' ? date.slice(0, -4) : date.slice(0, -2)}`;
}

/** Generation in `rolled` of a day whose readings are gone. */
export const withoutReadings = -1;

/** The tables of all levels that there are. */
export async function rollupTables(connection: DuckDBConnection): Promise<readonly string[]> {
  const rows = await (
    await connection.run(
      "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'rollup_') AND database_name = current_database()",
    )
  ).getRows();
  return rows.map(([name]) => String(name));
}

/** Where the buckets of a day are gathered until they are whole. */
export const makingTable = (level: Level): string => `rolling_${level}`;

/** Makes the tables of a day where there are none; within the transaction of `connection`. */
export async function ensureRollupTables(connection: DuckDBConnection, day: number): Promise<void> {
  for (const level of levels)
    await connection.run(`CREATE TABLE IF NOT EXISTS ${rollupTable(level, day)}(${rollupColumns})`);
}
