import type { DuckDBConnection } from '@duckdb/node-api';

/** Neighbouring series that are worked on at once. */
export interface SeriesSlice {
  readonly first: number;
  readonly last: number;
  /** Rows that each of them has, by series. */
  readonly rows: ReadonlyMap<number, number>;
}

/** Cuts a day's table by ranges of series with about `sliceRows` rows each; only rows with seq < `upTo` count. */
export async function slicesOfDay(
  connection: DuckDBConnection,
  table: string,
  { upTo, sliceRows }: { readonly upTo: number; readonly sliceRows: number },
): Promise<SeriesSlice[]> {
  const counts = await (
    await connection.run(
      `SELECT key // 86400000 AS series, count(*)::DOUBLE FROM ${table} WHERE seq < $1 GROUP BY ALL ORDER BY series`,
      [upTo],
    )
  ).getRows();
  const slices: SeriesSlice[] = [];
  let rows = new Map<number, number>();
  let total = 0;
  for (const [index, [seriesColumn, countColumn]] of counts.entries()) {
    const series = Number(seriesColumn);
    rows.set(series, Number(countColumn));
    total += Number(countColumn);
    if (total < sliceRows && index < counts.length - 1) continue;
    slices.push({ first: [...rows.keys()][0] ?? series, last: series, rows });
    rows = new Map();
    total = 0;
  }
  return slices;
}
