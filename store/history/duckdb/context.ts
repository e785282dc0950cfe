import type { DuckDBConnection } from '@duckdb/node-api';
import { epochMs } from '#model/brand.ts';
import type { ContextChange, ContextQuery } from '#store/history/history.ts';

/** Presence and modes in from ≤ t < to, rising in time, then in the order of receipt. */
export async function readContext(
  connection: DuckDBConnection,
  query: ContextQuery,
): Promise<ContextChange[]> {
  const rows = await (
    await connection.run(
      `SELECT happened::DOUBLE, kind, subject, state FROM context
       WHERE happened >= $1::DOUBLE AND happened < $2::DOUBLE AND kind = coalesce($3::VARCHAR, kind)
       ORDER BY happened, position, rowid`,
      [query.from, query.to, query.kind ?? null],
    )
  ).getRows();
  return rows.map(([at, kind, subject, state]) => ({
    at: epochMs(Number(at)),
    kind: kind === 'presence' ? 'presence' : 'mode',
    subject: String(subject),
    state: String(state),
  }));
}
