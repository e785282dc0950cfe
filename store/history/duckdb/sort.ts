import type { DuckDBConnection } from '@duckdb/node-api';
import { inTransaction } from '#store/history/duckdb/database.ts';
import { type DayState, dayTable, keyOf } from '#store/history/duckdb/day.ts';
import { slicesOfDay } from '#store/history/duckdb/day-slices.ts';
import type { Ledger } from '#store/history/duckdb/ledger.ts';
import { dayColumns } from '#store/history/duckdb/schema.ts';
import type { Turn } from '#store/history/duckdb/turn.ts';

export interface SortParts {
  /** Only the sort uses it. */
  readonly connection: DuckDBConnection;
  readonly ledger: Ledger;
  readonly writers: Turn;
  /** About how many rows a slice sorts at once; bounds memory and how long queries wait for the processors. */
  readonly sliceRows: number;
  /** Asked between slices. */
  readonly isStopping: () => boolean;
}

/**
 * Rewrites a day in order of (series, time), each time once, into a table of the next generation, slice by slice while
 * appends and queries go on; rows that came meanwhile follow behind as late data. The swap is one short transaction.
 * Killed anywhere before it, the old table stands and the half-made one is dropped at the next start.
 */
export async function sortDay(parts: SortParts, state: DayState): Promise<void> {
  const { connection, ledger, writers } = parts;
  const source = dayTable(state.day, state.generation);
  const target = dayTable(state.day, state.generation + 1);
  const upTo = state.nextSeq;
  await writers.take(() => connection.run(`CREATE OR REPLACE TABLE ${target}(${dayColumns})`));
  for (const slice of await slicesOfDay(connection, source, { upTo, sliceRows: parts.sliceRows })) {
    if (parts.isStopping()) return;
    await connection.run(insertSlice(source, target), [
      keyOf(slice.first, 0),
      keyOf(slice.last + 1, 0),
      upTo,
    ]);
  }
  await writers.take(async () => {
    const now = ledger.days.get(state.day) ?? state;
    const lateRows = now.nextSeq - upTo;
    let sortedRows = 0;
    await inTransaction(connection, async () => {
      const [row] = await (await connection.run(`SELECT count(*)::DOUBLE FROM ${target}`)).getRows();
      sortedRows = Number(row?.[0] ?? 0);
      await connection.run(`INSERT INTO ${target} SELECT * FROM ${source} WHERE seq >= $1 ORDER BY seq`, [
        upTo,
      ]);
      await connection.run(
        'UPDATE days SET generation = $2, sorted = $3, sorted_rows = $4::DOUBLE WHERE day = $1',
        [state.day, state.generation + 1, lateRows === 0, sortedRows],
      );
      await connection.run(`DROP TABLE ${source}`);
    });
    const sorted = lateRows === 0;
    ledger.days.set(state.day, {
      ...now,
      generation: state.generation + 1,
      sorted,
      isRolled: false,
      sortedRows,
      lateRows,
    });
  });
}

const insertSlice = (source: string, target: string): string => `
  INSERT INTO ${target}
  SELECT key, value, kind, text, delay, flags, 0 FROM ${source}
  WHERE key >= $1::BIGINT AND key < $2::BIGINT AND seq < $3
  QUALIFY row_number() OVER (PARTITION BY key ORDER BY seq DESC) = 1
  ORDER BY key`;
