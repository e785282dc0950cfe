import type { DuckDBConnection } from '@duckdb/node-api';
import { GridbellError } from '#model/errors.ts';

/** Counts changes of the tables below; a file with a greater one was written by a newer Gridbell. */
export const schemaVersion = 2;

/** How a row's `kind` says what its value was. */
export const kind = { number: 0, boolean: 1, text: 2 } as const;

/**
 * A day's readings. `key` is series · 86,400,000 + ms since the start of the UTC day: sorted, it rises in small steps
 * also from one series to the next, and packs in a third of what two columns take. `delay` is receipt − time; `seq` is the running order of receipt within the day, 0 once sorted, so that it costs nothing there.
 * A text stands in `text`, with `value` 0.
 */
export const dayColumns =
  'key BIGINT, value DOUBLE, kind UTINYINT, text VARCHAR, delay BIGINT, flags USMALLINT, seq UINTEGER';

const tables = [
  'CREATE TABLE IF NOT EXISTS meta(name VARCHAR, value BIGINT)',
  'CREATE TABLE IF NOT EXISTS series(id INTEGER, device VARCHAR, property VARCHAR)',
  'CREATE TABLE IF NOT EXISTS days(day INTEGER, generation INTEGER, sorted BOOLEAN, sorted_rows BIGINT)',
  'CREATE TABLE IF NOT EXISTS context(happened BIGINT, kind VARCHAR, subject VARCHAR, state VARCHAR, position BIGINT)',
  // Since schema 2: of which generation of a day its roll-ups were made (−1: its readings are gone), with the zone at whose midnights days are cut.
  'CREATE TABLE IF NOT EXISTS rolled(day INTEGER, generation INTEGER, zone VARCHAR)',
  // Since schema 2: the first day of which a property has readings still, and the first of which it has roll-ups.
  'CREATE TABLE IF NOT EXISTS kept(property VARCHAR, day INTEGER, rolled_day INTEGER)',
  // Since schema 2: devices and targets of modes whose data is to be erased; the file that is written anew without them has no row of it.
  'CREATE TABLE IF NOT EXISTS erasures(subject VARCHAR)',
  // Days that were copied to here from another engine, with what that one said of each (store/history/copy); older Gridbells pass over it.
  'CREATE TABLE IF NOT EXISTS copied(day INTEGER, version VARCHAR)',
] as const;

/** Makes the tables of an empty file; refuses one of a newer Gridbell. */
export async function prepareSchema(connection: DuckDBConnection): Promise<void> {
  await connection.run('BEGIN');
  for (const statement of tables) await connection.run(statement);
  const rows = await (await connection.run("SELECT value FROM meta WHERE name = 'schema'")).getRows();
  const found = rows[0]?.[0];
  if (found === undefined) {
    await connection.run("INSERT INTO meta VALUES ('schema', $1), ('position', 0)", [schemaVersion]);
  } else if (Number(found) > schemaVersion) {
    await connection.run('ROLLBACK');
    throw new GridbellError(
      'internal',
      `the history file was written by a newer Gridbell (schema ${Number(found)}, this one knows ${schemaVersion}): start that version, or put back a copy of the data directory made with this one while Gridbell was stopped`,
    );
  }
  // Older files have no roll-ups yet: maintenance makes them in the background.
  await connection.run("UPDATE meta SET value = $1 WHERE name = 'schema'", [schemaVersion]);
  await connection.run('COMMIT');
}
