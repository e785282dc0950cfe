import { BIGINT, type DuckDBConnection, INTEGER, LIST, listValue } from '@duckdb/node-api';
import { ZoneCalendar } from '#store/history/duckdb/calendar.ts';
import { inTransaction } from '#store/history/duckdb/database.ts';
import { type DayState, dayTable, keyOf, startOfDay } from '#store/history/duckdb/day.ts';
import { type SeriesSlice, slicesOfDay } from '#store/history/duckdb/day-slices.ts';
import {
  ensureRollupTables,
  hasLevel,
  type Level,
  leastReadings,
  lengthOf,
  levels,
  makingTable,
  rollupColumns,
  rollupTable,
} from '#store/history/duckdb/rollups.ts';
import { kind } from '#store/history/duckdb/schema.ts';
import type { SortParts } from '#store/history/duckdb/sort.ts';

export interface RollParts extends SortParts {
  /** IANA zone at whose midnights the buckets of a day are cut. */
  readonly timezone: string;
}

/**
 * Makes the roll-ups of a day that is in order, slice by slice beside it while appends and queries go on, and puts them into
 * their tables in one short transaction. They count only as long as the day's table is the very one that they were made of, and in
 * order: what comes late, or a kill anywhere before the end, leaves the day to be answered from its readings.
 */
export async function rollDay(parts: RollParts, state: DayState): Promise<void> {
  const { connection, ledger, writers } = parts;
  const source = dayTable(state.day, state.generation);
  await writers.take(async () => {
    for (const level of levels)
      await connection.run(`CREATE OR REPLACE TABLE ${makingTable(level)}(${rollupColumns})`);
  });
  for (const slice of await slicesOfDay(connection, source, { upTo: 1, sliceRows: parts.sliceRows })) {
    if (parts.isStopping()) return;
    for (const level of levels) await rollSlice(parts, { level, slice, source, day: state.day });
  }
  await writers.take(async () => {
    const now = ledger.days.get(state.day);
    const isSame = now?.generation === state.generation && now.sorted;
    await inTransaction(connection, async () => {
      if (isSame) await putIn(connection, state, parts.timezone);
      for (const level of levels) await connection.run(`DROP TABLE ${makingTable(level)}`);
    });
    if (isSame) ledger.days.set(state.day, { ...now, isRolled: true });
  });
}

/** Series whose readings of the day $1 are gone: their roll-ups are all that is left, and no readings can make them anew. */
const keptAlone = 'SELECT id FROM series JOIN kept USING (property) WHERE kept.day > $1';

async function putIn(
  connection: DuckDBConnection,
  { day, generation }: DayState,
  timezone: string,
): Promise<void> {
  await ensureRollupTables(connection, day);
  for (const level of levels) {
    const table = rollupTable(level, day);
    await connection.run(`DELETE FROM ${table} WHERE day = $1 AND series NOT IN (${keptAlone})`, [day]);
    await connection.run(`INSERT INTO ${table} SELECT * FROM ${makingTable(level)}`);
  }
  await connection.run('DELETE FROM rolled WHERE day = $1', [day]);
  await connection.run('INSERT INTO rolled VALUES ($1, $2, $3)', [day, generation, timezone]);
}

interface Part {
  readonly level: Level;
  readonly slice: SeriesSlice;
  readonly source: string;
  readonly day: number;
}

async function rollSlice(parts: RollParts, { day, level, slice, source }: Part): Promise<void> {
  const having = [...slice.rows].filter(([, rows]) => hasLevel(level, rows)).map(([series]) => series);
  if (having.length === 0) return;
  const isPartial = having.length < slice.rows.size;
  const chosen = isPartial ? `AND key // 86400000 IN (SELECT unnest($3))` : '';
  const bounds = [keyOf(slice.first, 0), keyOf(slice.last + 1, 0)].map(BigInt);
  await parts.connection.run(
    `INSERT INTO ${makingTable(level)}
     SELECT ${day}, series, ${bucketOf(level, day, parts.timezone)} AS bucket, count(*),
       count(*) FILTER (kind = ${kind.text}),
       ${numbers('min(value)')}, ${numbers('max(value)')}, ${numbers('fsum(value)')},
       arg_min(value, ms), arg_min(kind, ms), ${textOf('arg_min')},
       arg_max(value, ms), arg_max(kind, ms), ${textOf('arg_max')}, ${finest(level)}
     FROM (SELECT key // 86400000 AS series, key % 86400000 AS ms, value, kind, text FROM ${source}
           WHERE key >= $1::BIGINT AND key < $2::BIGINT ${chosen})
     GROUP BY series, bucket ORDER BY series, bucket`,
    isPartial ? [...bounds, listValue(having)] : bounds,
    isPartial ? [BIGINT, BIGINT, LIST(INTEGER)] : undefined,
  );
}

/** Summed with compensation: a sum of tenths is then a number with a short decimal form, which packs to half. */
const numbers = (aggregate: string): string => `${aggregate} FILTER (kind <> ${kind.text})`;

/** The functions pass over a null text, so it counts only where the reading itself is one. */
const textOf = (fn: 'arg_min' | 'arg_max'): string =>
  `CASE WHEN ${fn}(kind, ms) = ${kind.text} THEN ${fn}(text, ms) END`;

/** Of a day's bucket: the shortest level that a series with so many readings has, in minutes. */
function finest(level: Level): string {
  if (level !== '1d') return '0';
  const dense = (each: Level): string => `sum(count(*)) OVER (PARTITION BY series) >= ${leastReadings(each)}`;
  return `CASE WHEN ${dense('1m')} THEN 1 WHEN ${dense('15m')} THEN 15 ELSE 60 END`;
}

function bucketOf(level: Level, day: number, timezone: string): string {
  if (level !== '1d') return `ms // ${lengthOf[level]}`;
  const start = startOfDay(day);
  const cuts = partsOfDay(new ZoneCalendar(timezone), day)
    .slice(1)
    .map(({ lo }) => `CASE WHEN ms >= ${lo - start} THEN 1 ELSE 0 END`);
  return cuts.length === 0 ? '0' : cuts.join(' + ');
}

/** The stretches of a UTC day between the midnights of a zone. */
export const partsOfDay = (calendar: ZoneCalendar, day: number): readonly { lo: number; hi: number }[] =>
  calendar.segments(startOfDay(day), startOfDay(day + 1), lengthOf['1d']);
