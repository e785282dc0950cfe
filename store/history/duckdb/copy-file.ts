import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';

/** Where the file is written anew, beside the one that stands. */
export const freshPath = (path: string): string => `${path}.fresh`;

/** What the copy leaves out. */
export interface Erased {
  readonly series: readonly number[];
  /** Devices and targets of modes. */
  readonly subjects: readonly string[];
}

export interface Copied {
  readonly readings: number;
  readonly rollups: number;
}

/**
 * Copies all that is not erased into a file of its own and brings it to the disk; only for who has the writers' turn, so that all
 * of it is of one moment. DELETE would leave the bytes in blocks that are free: only another file has nothing of them. A half-made copy
 * counts for nothing and is thrown away by the next.
 */
export async function copyFile(connection: DuckDBConnection, path: string, erased: Erased): Promise<Copied> {
  const fresh = freshPath(path);
  await removeFresh(path);
  await connection.run(`ATTACH '${fresh.replaceAll("'", "''")}' AS fresh`);
  let [readings, rollups, isWhole] = [0, 0, false];
  try {
    const tables = await (
      await connection.run(
        'SELECT table_name, sql FROM duckdb_tables() WHERE database_name = current_database() ORDER BY table_oid',
      )
    ).getRows();
    for (const [nameColumn, sql] of tables) {
      const table = String(nameColumn);
      await connection.run(String(sql).replace(/^CREATE TABLE /, 'CREATE TABLE fresh.'));
      const all = await countOf(connection, table);
      const { rowsChanged } = await connection.run(
        `INSERT INTO fresh.${table} SELECT * FROM ${table} WHERE ${remains(table, erased)}`,
        table === 'context' ? [...erased.subjects] : [],
      );
      if (table.startsWith('readings_')) readings += all - rowsChanged;
      if (table.startsWith('rollup_')) rollups += all - rowsChanged;
    }
    await connection.run('CHECKPOINT fresh');
    isWhole = true;
  } finally {
    await connection.run('DETACH fresh').catch(() => undefined);
    // On a disk that it has filled it must not stay until the next one.
    if (!isWhole) await removeFresh(path);
  }
  return { readings, rollups };
}

/** How many bytes of the file are not free. */
export async function bytesInBlocks(connection: DuckDBConnection): Promise<number> {
  const [row] = await (
    await connection.run(
      'SELECT block_size::DOUBLE * used_blocks::DOUBLE FROM pragma_database_size() WHERE database_name = current_database()',
    )
  ).getRows();
  return Number(row?.[0] ?? 0);
}

function remains(table: string, { series, subjects }: Erased): string {
  if (table === 'erasures') return 'false';
  const not = (column: string): string =>
    series.length === 0 ? 'true' : `${column} NOT IN (${series.join(', ')})`;
  if (table.startsWith('readings_')) return not('key // 86400000');
  if (table.startsWith('rollup_')) return not('series');
  if (table === 'series') return not('id');
  if (table === 'context' && subjects.length > 0)
    return `subject NOT IN (${subjects.map((_, index) => `$${index + 1}`).join(', ')})`;
  return 'true';
}

async function countOf(connection: DuckDBConnection, table: string): Promise<number> {
  const [row] = await (await connection.run(`SELECT count(*)::DOUBLE FROM ${table}`)).getRows();
  return Number(row?.[0] ?? 0);
}

/** Puts the copy in the place of the file, which is closed. Killed anywhere, one of the two stands whole under the name. */
export async function takeFresh(path: string): Promise<void> {
  const fresh = freshPath(path);
  if (await exists(`${fresh}.wal`)) throw new Error(`${fresh} was not brought to the disk whole`);
  await sync(fresh);
  // It was brought home when the file was closed; beside the other file it would be played into that one.
  await rm(`${path}.wal`, { force: true });
  await rename(fresh, path);
  await sync(dirname(path));
}

/** Throws away what a copy that was killed has left behind. */
export async function removeFresh(path: string): Promise<void> {
  for (const ending of ['', '.wal', '.wal.checkpoint'])
    await rm(`${freshPath(path)}${ending}`, { force: true });
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
