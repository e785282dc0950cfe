import type { DuckDBConnection } from '@duckdb/node-api';
import type { EpochMs } from '#model/brand.ts';
import { dayOf, dayTable, startOfDay } from '#store/history/duckdb/day.ts';
import { rollupTables } from '#store/history/duckdb/rollups.ts';
import type { Holding, Holdings } from '#store/history/history.ts';

interface Mutable {
  readings: number;
  recent: number;
  oldestDay: number | null;
  rollups: number;
  oldestRollupDay: number | null;
}

type Found = Map<string, Mutable>;

/** Days whose roll-ups stand for their readings. */
const rolledDays =
  'SELECT day FROM days JOIN rolled USING (day) WHERE sorted AND days.generation = rolled.generation';

/**
 * What there is of each property. Readings are counted in the roll-ups of days wherever these stand, so that a year costs
 * a few thousand rows; of the other days in their tables, repeats that are not taken out yet included. Within one transaction of `connection`.
 */
export async function holdingsOf(connection: DuckDBConnection, recentFrom: EpochMs): Promise<Holdings> {
  const found: Found = new Map();
  const tables = await rollupTables(connection);
  for (const table of tables.filter((name) => name.startsWith('rollup_1d_')))
    await addReadings(connection, found, {
      rows: `SELECT series, day, rows::DOUBLE AS readings FROM ${table} WHERE day IN (${rolledDays})`,
      recentDay: dayOf(recentFrom),
    });
  const others = await (
    await connection.run(`SELECT day, generation FROM days WHERE day NOT IN (${rolledDays})`)
  ).getRows();
  for (const [day, generation] of others)
    await addReadings(connection, found, {
      rows: `SELECT key // 86400000 AS series, ${Number(day)} AS day, count(*)::DOUBLE AS readings FROM ${dayTable(Number(day), Number(generation))} GROUP BY series`,
      recentDay: dayOf(recentFrom),
    });
  for (const table of tables) await addRollups(connection, found, table);
  return { properties: [...found].map(holdingOf), freeBytes: await freeBytesOf(connection) };
}

async function addReadings(
  connection: DuckDBConnection,
  found: Found,
  { recentDay, rows }: { readonly rows: string; readonly recentDay: number },
): Promise<void> {
  // Of a property whose readings of a day are gone its roll-ups stay.
  const result = await connection.run(
    `SELECT series.property, sum(readings), coalesce(sum(readings) FILTER (found.day >= $1), 0), min(found.day)
     FROM (${rows}) AS found JOIN series ON series.id = found.series LEFT JOIN kept ON kept.property = series.property
     WHERE found.day >= coalesce(kept.day, found.day) GROUP BY series.property`,
    [recentDay],
  );
  for (const [property, readings, recent, oldest] of await result.getRows()) {
    const entry = entryOf(found, String(property));
    entry.readings += Number(readings);
    entry.recent += Number(recent);
    entry.oldestDay = least(entry.oldestDay, Number(oldest));
  }
}

async function addRollups(connection: DuckDBConnection, found: Found, table: string): Promise<void> {
  const result = await connection.run(
    `SELECT series.property, count(*)::DOUBLE, min(${table}.day)
     FROM ${table} JOIN series ON series.id = ${table}.series GROUP BY series.property`,
  );
  for (const [property, rollups, oldest] of await result.getRows()) {
    const entry = entryOf(found, String(property));
    entry.rollups += Number(rollups);
    entry.oldestRollupDay = least(entry.oldestRollupDay, Number(oldest));
  }
}

function entryOf(found: Found, property: string): Mutable {
  const known = found.get(property);
  if (known) return known;
  const made = { readings: 0, recent: 0, oldestDay: null, rollups: 0, oldestRollupDay: null };
  found.set(property, made);
  return made;
}

const least = (a: number | null, b: number): number => (a === null ? b : Math.min(a, b));

const holdingOf = ([property, entry]: readonly [string, Mutable]): Holding => ({
  property,
  readings: entry.readings,
  recent: entry.recent,
  oldest: entry.oldestDay === null ? null : startOfDay(entry.oldestDay),
  rollups: entry.rollups,
  oldestRollup: entry.oldestRollupDay === null ? null : startOfDay(entry.oldestRollupDay),
});

/** What a file written anew would give back. */
async function freeBytesOf(connection: DuckDBConnection): Promise<number> {
  const result = await connection.run(
    'SELECT block_size::DOUBLE * free_blocks::DOUBLE FROM pragma_database_size() WHERE database_name = current_database()',
  );
  const [row] = await result.getRows();
  return Number(row?.[0] ?? 0);
}
