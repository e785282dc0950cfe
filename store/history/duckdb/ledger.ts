import type { DuckDBConnection } from '@duckdb/node-api';
import { type EpochMs, epochMs, type Position, position } from '#model/brand.ts';
import { type DayState, dayTable, startOfDay } from '#store/history/duckdb/day.ts';
import { SeriesIndex } from '#store/history/duckdb/series.ts';

/** From which UTC day on a property has readings, and roll-ups; what is before is gone. */
export interface KeptDays {
  readonly day: number;
  readonly rolledDay: number;
}

/** What is committed, as far as writing needs to know it; changed only by who has the writers' turn. */
export interface Ledger {
  position: Position;
  /** The newest reading's time; days are closed by it, never by the wall clock. */
  newest: EpochMs;
  readonly days: Map<number, DayState>;
  /** By property; one that nothing was ever taken out of is not in it. */
  readonly kept: Map<string, KeptDays>;
  readonly series: SeriesIndex;
  /** Whose data is to be erased and is not yet. */
  readonly erasures: Set<string>;
}

/** Reads it from the file, and drops what a sort or a roll-up that was killed has left behind. */
export async function loadLedger(connection: DuckDBConnection): Promise<Ledger> {
  const [row] = await (await connection.run("SELECT value FROM meta WHERE name = 'position'")).getRows();
  const ledger: Ledger = {
    position: position(Number(row?.[0] ?? 0)),
    newest: epochMs(0),
    days: new Map(),
    kept: await loadKept(connection),
    erasures: await loadErasures(connection),
    series: await SeriesIndex.load(connection),
  };
  const days = await (
    await connection.run(
      `SELECT day, days.generation, sorted, sorted_rows::DOUBLE, rolled.generation FROM days LEFT JOIN rolled USING (day)
       ORDER BY day`,
    )
  ).getRows();
  const last = days.at(-1);
  if (last) ledger.newest = await newestIn(connection, Number(last[0]), Number(last[1]));
  for (const [dayColumn, generationColumn, sorted, sortedRows, rolled] of days) {
    const [day, generation] = [Number(dayColumn), Number(generationColumn)];
    const late = sorted ? { rows: 0, lastSeq: 0 } : await lateRows(connection, dayTable(day, generation));
    ledger.days.set(day, {
      day,
      generation,
      sorted: sorted === true,
      isRolled: rolled !== null && Number(rolled) === generation,
      sortedRows: Number(sortedRows),
      lateRows: late.rows,
      nextSeq: late.lastSeq + 1,
      touchedAt: ledger.newest,
    });
  }
  await dropLeftovers(connection, ledger.days);
  return ledger;
}

async function loadKept(connection: DuckDBConnection): Promise<Map<string, KeptDays>> {
  const rows = await (await connection.run('SELECT property, day, rolled_day FROM kept')).getRows();
  return new Map(
    rows.map(([property, day, rolledDay]) => [
      String(property),
      { day: Number(day), rolledDay: Number(rolledDay) },
    ]),
  );
}

async function loadErasures(connection: DuckDBConnection): Promise<Set<string>> {
  const rows = await (await connection.run('SELECT subject FROM erasures')).getRows();
  return new Set(rows.map(([subject]) => String(subject)));
}

async function newestIn(connection: DuckDBConnection, day: number, generation: number): Promise<EpochMs> {
  const [row] = await (
    await connection.run(`SELECT max(key % 86400000) FROM ${dayTable(day, generation)}`)
  ).getRows();
  return epochMs(startOfDay(day) + Number(row?.[0] ?? 0));
}

async function lateRows(
  connection: DuckDBConnection,
  table: string,
): Promise<{ rows: number; lastSeq: number }> {
  const [row] = await (
    await connection.run(`SELECT count(*)::DOUBLE, max(seq) FROM ${table} WHERE seq > 0`)
  ).getRows();
  return { rows: Number(row?.[0] ?? 0), lastSeq: Number(row?.[1] ?? 0) };
}

async function dropLeftovers(
  connection: DuckDBConnection,
  days: ReadonlyMap<number, DayState>,
): Promise<void> {
  const inUse = new Set([...days.values()].map(({ day, generation }) => dayTable(day, generation)));
  const tables = await (
    await connection.run(
      "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'readings_') OR starts_with(table_name, 'rolling_')",
    )
  ).getRows();
  for (const [name] of tables) {
    if (!inUse.has(String(name))) await connection.run(`DROP TABLE ${String(name)}`);
  }
}
