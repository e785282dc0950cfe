import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { EpochMs } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import { dayOf, dayTable, startOfDay } from '#store/history/duckdb/day.ts';
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

/** Collects values to bind and says how each is named in the statement. */
export class Bindings {
  readonly values: DuckDBValue[] = [];

  bind(value: number, type: 'INTEGER' | 'BIGINT' | 'DOUBLE'): string {
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
  const start = startOfDay(stored.day);
  const where = [
    `series = ${bindings.bind(part.series, 'INTEGER')}`,
    `ms >= ${bindings.bind(Math.ceil(part.lo - start), 'BIGINT')}`,
    `ms < ${bindings.bind(Math.ceil(part.hi - start), 'BIGINT')}`,
  ].join(' AND ');
  const once = stored.sorted ? '' : ' QUALIFY row_number() OVER (PARTITION BY ms ORDER BY seq DESC) = 1';
  return `SELECT ${part.columns} FROM (SELECT * FROM ${stored.table} WHERE ${where}${once})`;
}

/** The value of a row as it came in. */
export function storedValue(rowKind: DuckDBValue, value: DuckDBValue, text: DuckDBValue): Value {
  if (rowKind === kind.text) return String(text);
  return rowKind === kind.boolean ? value === 1 : Number(value);
}
