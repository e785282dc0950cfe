import type { DuckDBConnection } from '@duckdb/node-api';
import { epochMs } from '#model/brand.ts';
import { dayTable, startOfDay } from '#store/history/duckdb/day.ts';
import type { Extent } from '#store/history/history.ts';

/** When the first and the last reading were measured; null: there is none. */
export async function extentOf(connection: DuckDBConnection): Promise<Extent | null> {
  const days = await (await connection.run('SELECT day, generation FROM days ORDER BY day')).getRows();
  const [first, last] = [days.at(0), days.at(-1)];
  if (!first || !last) return null;
  const edge = async (fn: 'min' | 'max', day: number, generation: number) => {
    const [row] = await (
      await connection.run(`SELECT ${fn}(key % 86400000)::DOUBLE FROM ${dayTable(day, generation)}`)
    ).getRows();
    return epochMs(startOfDay(day) + Number(row?.[0] ?? 0));
  };
  return {
    first: await edge('min', Number(first[0]), Number(first[1])),
    last: await edge('max', Number(last[0]), Number(last[1])),
  };
}
