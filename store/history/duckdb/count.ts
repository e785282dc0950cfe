import type { DuckDBConnection } from '@duckdb/node-api';
import { dayTable } from '#store/history/duckdb/day.ts';

/** Distinct (series, time) over all days; of these series only, or of all. */
export async function countReadings(
  connection: DuckDBConnection,
  series: readonly number[] | null,
): Promise<number> {
  if (series?.length === 0) return 0;
  const where = series
    ? `WHERE key // 86400000 IN (${series.map((_, index) => `$${index + 1}`).join(', ')})`
    : '';
  const days = await (await connection.run('SELECT day, generation, sorted FROM days')).getRows();
  let total = 0;
  for (const [day, generation, sorted] of days) {
    const what = sorted ? 'count(*)' : 'count(DISTINCT key)';
    const [row] = await (
      await connection.run(
        `SELECT ${what}::DOUBLE FROM ${dayTable(Number(day), Number(generation))} ${where}`,
        [...(series ?? [])],
      )
    ).getRows();
    total += Number(row?.[0] ?? 0);
  }
  return total;
}
