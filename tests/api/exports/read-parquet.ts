import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, DuckDBTimestampTZValue } from '@duckdb/node-api';
import { temporaryFolder } from '#tests/store/history/open-duckdb.ts';

/** A Parquet file as DuckDB reads it: types by column, and rows with times in epoch ms. */
export async function readParquet(file: Uint8Array): Promise<{
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'file.parquet');
  await writeFile(path, file);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const result = await connection.run('SELECT * FROM read_parquet($1)', [path]);
    const names = result.columnNames();
    const types = result.columnTypes();
    const rows = (await result.getRows()).map((row) =>
      Object.fromEntries(row.map((value, column) => [names[column] ?? '', plain(value)])),
    );
    return {
      columns: Object.fromEntries(names.map((name, column) => [name, String(types[column])])),
      rows,
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const plain = (value: unknown): unknown =>
  value instanceof DuckDBTimestampTZValue ? Number(value.micros) / 1_000 : value;
