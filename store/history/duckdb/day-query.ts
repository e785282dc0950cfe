import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { day as dayMs, type EpochMs } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import { dayOf, dayTable, keyOf, startOfDay } from '#store/history/duckdb/day.ts';
import { kind } from '#store/history/duckdb/schema.ts';

/** A day's table as the reading transaction sees it. */
export interface StoredDay {
  readonly day: number;
  readonly table: string;
  readonly sorted: boolean;
}

/** The days that hold from ≤ t < to, rising. */
export async function daysBetween(
  connection: DuckDBConnection,
  from: EpochMs,
  to: EpochMs,
): Promise<StoredDay[]> {
  if (!(from < to)) return [];
  const rows = await (
    await connection.run(
      'SELECT day, generation, sorted FROM days WHERE day >= $1::DOUBLE AND day * 86400000.0 < $2::DOUBLE ORDER BY day',
      [dayOf(from), to],
    )
  ).getRows();
  return rows.map(([day, generation, sorted]) => ({
    day: Number(day),
    table: dayTable(Number(day), Number(generation)),
    sorted: sorted === true,
  }));
}

/** A day that buckets are asked of. */
export interface RolledDay {
  readonly day: number;
  /** Its readings; null: there are none, or none of this property any more. */
  readonly readings: StoredDay | null;
  /** Zone at whose midnights the roll-ups of days are cut; null: there are no roll-ups that count. */
  readonly zone: string | null;
}

/**
 * The days that hold from ≤ t < to of a property, rising, with their roll-ups as far as they count: made of the very table that
 * stands and is in order, or of readings that are gone.
 */
export async function rolledDaysBetween(
  connection: DuckDBConnection,
  property: string,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): Promise<RolledDay[]> {
  if (!(from < to)) return [];
  const rows = await (
    await connection.run(
      `SELECT day, days.generation, sorted, rolled.generation, zone, day >= coalesce(kept.day, day)
       FROM days FULL JOIN rolled USING (day) LEFT JOIN kept ON kept.property = $3
       WHERE day >= $1::DOUBLE AND day * 86400000.0 < $2::DOUBLE ORDER BY day`,
      [dayOf(from), to, property],
    )
  ).getRows();
  return rows.map(([dayColumn, generation = null, sorted, rolled = null, zone, hasReadings]) => {
    const day = Number(dayColumn);
    const table = generation === null ? null : dayTable(day, Number(generation));
    const readings = hasReadings && table !== null ? { day, table, sorted: sorted === true } : null;
    const counts = !hasReadings || (sorted === true && Number(rolled) === Number(generation));
    return { day, readings, zone: rolled !== null && counts ? String(zone) : null };
  });
}

/** Collects values to bind and says how each is named in the statement. */
export class Bindings {
  readonly values: DuckDBValue[] = [];

  bind(value: number, type: 'BIGINT' | 'DOUBLE'): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/**
 * SELECT of one series' rows of one day with lo ≤ t < hi, each time once, the last received. `columns` may use `ms`
 * (since the day's start), `value`, `kind`, `text`.
 */
export function selectDay(
  bindings: Bindings,
  stored: StoredDay,
  part: { series: number; lo: number; hi: number; columns: string },
): string {
  // A bound beyond the day would reach into the keys of the next series.
  const bound = (at: number): string => {
    const ms = Math.ceil(at - startOfDay(stored.day));
    return bindings.bind(keyOf(part.series, Math.min(Math.max(ms, 0), dayMs)), 'BIGINT');
  };
  const where = `key >= ${bound(part.lo)} AND key < ${bound(part.hi)}`;
  const ms = `key - ${bindings.bind(keyOf(part.series, 0), 'BIGINT')} AS ms`;
  const once = stored.sorted ? '' : ' QUALIFY row_number() OVER (PARTITION BY key ORDER BY seq DESC) = 1';
  return `SELECT ${part.columns} FROM (SELECT ${ms}, value, kind, text FROM ${stored.table} WHERE ${where}${once})`;
}

/** The value of a row as it came in. */
export function storedValue(rowKind: DuckDBValue, value: DuckDBValue, text: DuckDBValue): Value {
  if (rowKind === kind.text) return String(text);
  return rowKind === kind.boolean ? value === 1 : Number(value);
}
