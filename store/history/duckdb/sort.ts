import type { DuckDBConnection } from '@duckdb/node-api';
import { inTransaction } from '#store/history/duckdb/database.ts';
import { type DayState, dayTable, keyOf } from '#store/history/duckdb/day.ts';
import { slicesOfDay } from '#store/history/duckdb/day-slices.ts';
import type { Ledger } from '#store/history/duckdb/ledger.ts';
import { withoutReadings } from '#store/history/duckdb/rollups.ts';
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

/** Series whose rows do not come along. */
export interface LeavingOut {
  readonly without: ReadonlySet<number>;
  /** Told what of a series was left out. */
  readonly removed: (series: number, rows: number) => void;
  /** What else the swap's transaction holds. */
  readonly alsoThen: (connection: DuckDBConnection) => Promise<void>;
}

/**
 * Rewrites a day in order of (series, time), each time once, into a table of the next generation, slice by slice while
 * appends and queries go on; rows that came meanwhile follow behind as late data. The swap is one short transaction.
 * Killed anywhere before it, the old table stands and the half-made one is dropped at the next start. Where a day was in order before, its
 * roll-ups stand for what is left of it. A day of which nothing is left has no table any more.
 */
export async function sortDay(parts: SortParts, state: DayState, leavingOut?: LeavingOut): Promise<void> {
  const { connection, writers } = parts;
  const source = dayTable(state.day, state.generation);
  const target = dayTable(state.day, state.generation + 1);
  const upTo = state.nextSeq;
  await writers.take(() => connection.run(`CREATE OR REPLACE TABLE ${target}(${dayColumns})`));
  for (const slice of await slicesOfDay(connection, source, { upTo, sliceRows: parts.sliceRows })) {
    if (parts.isStopping()) return;
    const left = [...slice.rows.keys()].filter((series) => leavingOut?.without.has(series));
    for (const series of left) leavingOut?.removed(series, slice.rows.get(series) ?? 0);
    if (left.length === slice.rows.size) continue;
    await connection.run(insertSlice(source, target, left), [
      keyOf(slice.first, 0),
      keyOf(slice.last + 1, 0),
      upTo,
    ]);
  }
  await writers.take(() => swap(parts, { state, source, target, upTo, leavingOut }));
}

interface Swap {
  readonly state: DayState;
  readonly source: string;
  readonly target: string;
  /** Rows with this seq and above came while the others were written. */
  readonly upTo: number;
  readonly leavingOut: LeavingOut | undefined;
}

/** Only for who has the writers' turn. */
async function swap({ connection, ledger }: SortParts, swapped: Swap): Promise<void> {
  const { leavingOut, source, state, target, upTo } = swapped;
  const now = ledger.days.get(state.day) ?? state;
  const generation = state.generation + 1;
  const keepsRollups = state.sorted && state.isRolled;
  let sortedRows = 0;
  let rows = 0;
  await inTransaction(connection, async () => {
    sortedRows = await countOf(connection, target);
    await connection.run(
      `INSERT INTO ${target} SELECT * FROM ${source} WHERE seq >= $1${except([...(leavingOut?.without ?? [])])} ORDER BY seq`,
      [upTo],
    );
    rows = await countOf(connection, target);
    await connection.run('DELETE FROM days WHERE day = $1', [state.day]);
    if (rows > 0)
      await connection.run('INSERT INTO days VALUES ($1, $2, $3, $4::DOUBLE)', [
        state.day,
        generation,
        rows === sortedRows,
        sortedRows,
      ]);
    else await connection.run(`DROP TABLE ${target}`);
    if (keepsRollups)
      await connection.run('UPDATE rolled SET generation = $2 WHERE day = $1', [
        state.day,
        rows > 0 ? generation : withoutReadings,
      ]);
    await leavingOut?.alsoThen(connection);
    await connection.run(`DROP TABLE ${source}`);
  });
  const lateRows = rows - sortedRows;
  const sorted = lateRows === 0;
  if (rows === 0) ledger.days.delete(state.day);
  else
    ledger.days.set(state.day, { ...now, generation, sorted, isRolled: keepsRollups, sortedRows, lateRows });
}

async function countOf(connection: DuckDBConnection, table: string): Promise<number> {
  const [row] = await (await connection.run(`SELECT count(*)::DOUBLE FROM ${table}`)).getRows();
  return Number(row?.[0] ?? 0);
}

const except = (series: readonly number[]): string =>
  series.length === 0 ? '' : ` AND key // 86400000 NOT IN (${series.join(', ')})`;

const insertSlice = (source: string, target: string, without: readonly number[]): string => `
  INSERT INTO ${target}
  SELECT key, value, kind, text, delay, flags, 0 FROM ${source}
  WHERE key >= $1::BIGINT AND key < $2::BIGINT AND seq < $3${except(without)}
  QUALIFY row_number() OVER (PARTITION BY key ORDER BY seq DESC) = 1
  ORDER BY key`;
