import { type EpochMs, epochMs } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import { kindOf } from '#store/history/influxdb/lines.ts';
import { quoted } from '#store/history/influxdb/quote.ts';
import type { Table } from '#store/history/influxdb/server.ts';

/** InfluxDB counts nanoseconds in 64 bits: the first and the last whole millisecond that it can hold, a little inside. */
export const reach = { first: -9_223_372_036_000, last: 9_223_372_036_000 } as const;

const within = (at: number): number => Math.min(reach.last, Math.max(reach.first, Math.ceil(at)));

/** from ≤ t < to as a condition. */
export const during = ({ from, to }: { readonly from: number; readonly to: number }): string =>
  `time >= ${within(from)}ms AND time < ${within(to)}ms`;

export const isTag = (name: string, value: string): string => `"${name}" = ${quoted(value)}`;

export const oneOf = (name: string, values: readonly string[]): string =>
  `(${values.map((value) => isTag(name, value)).join(' OR ')})`;

/** What one cell of a table holds, by the name of its column. */
export type Cell = (name: string) => string | number | boolean | null;

/** A table's rows, each asked by column. */
export function* rowsOf({ columns, values }: Table): Generator<Cell> {
  const index = new Map(columns.map((name, place) => [name, place]));
  for (const row of values)
    yield (name) => {
      const place = index.get(name);
      return place === undefined ? null : (row[place] ?? null);
    };
}

export const timeOf = (cell: Cell): EpochMs => epochMs(Number(cell('time')));

/** What was said last of these fields, as `k` says; the fields of the other types may be of a reading before it was corrected. */
export function saidValue(kind: number, cell: Cell, prefix = ''): Value {
  if (kind === kindOf.boolean) return cell(`${prefix}bool`) === true;
  return kind === kindOf.text ? String(cell(`${prefix}text`) ?? '') : Number(cell(`${prefix}num`));
}
