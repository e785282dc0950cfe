import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type Position, position } from '#model/brand.ts';
import { dayTable } from '#store/history/duckdb/day.ts';

export interface HistoryExamination {
  readonly position: Position;
  readonly days: number;
  readonly series: number;
  /** Stored rows, late repeats included. */
  readonly rows: number;
}

/**
 * Opens the history file to look at it; nothing of it changes. `deep` reads every row, which proves every block's checksum.
 * Rejects with what DuckDB says: it is damaged, or another process has it open.
 */
export async function examineHistory(path: string, deep: boolean): Promise<HistoryExamination> {
  const instance = await DuckDBInstance.create(path, {
    access_mode: 'READ_ONLY',
    memory_limit: '256MB',
    threads: '1',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    enable_external_access: 'false',
  });
  try {
    const connection = await instance.connect();
    try {
      return await look(connection, deep);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

async function look(connection: DuckDBConnection, deep: boolean): Promise<HistoryExamination> {
  const at = await number(connection, "SELECT value::DOUBLE FROM meta WHERE name = 'position'");
  const series = await number(connection, 'SELECT count(*)::DOUBLE FROM series');
  const days = await (await connection.run('SELECT day, generation FROM days ORDER BY day')).getRows();
  let rows = 0;
  for (const [day, generation] of days) {
    const table = dayTable(Number(day), Number(generation));
    const every = 'max(key), max(value), max(kind), max(text), max(delay), max(flags), max(seq)';
    rows += await number(connection, `SELECT count(*)::DOUBLE${deep ? `, ${every}` : ''} FROM ${table}`);
  }
  return { position: position(at), days: days.length, series, rows };
}

async function number(connection: DuckDBConnection, query: string): Promise<number> {
  const [row] = await (await connection.run(query)).getRows();
  return Number(row?.[0] ?? 0);
}
