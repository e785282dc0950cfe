import { DuckDBInstance } from '@duckdb/node-api';

/** Asks a closed history's file directly. */
export async function inspect(path: string, sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    return await (await connection.run(sql)).getRows();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
