import type { DuckDBConnection } from '@duckdb/node-api';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import { startOfDay } from '#store/history/duckdb/day.ts';
import {
  Bindings,
  daysBetween,
  type StoredDay,
  selectDay,
  storedValue,
} from '#store/history/duckdb/day-query.ts';
import type { Page, Point, RawQuery } from '#store/history/history.ts';

const maxLimit = 100_000;
/** The most days that one statement reads. */
const maxDays = 32;

/** One page of a series. A cursor is the time of the last point: every time stands once, so the rest comes after it. */
export async function readPage(connection: DuckDBConnection, series: number, query: RawQuery): Promise<Page> {
  const from = query.cursor === undefined ? query.from : startAfter(query.cursor, query.from);
  const days = await daysBetween(connection, from, query.to);
  const points: Point[] = [];
  // A dense series fills the page from its first day, a sparse one needs many: so double from one.
  for (let index = 0, width = 1; index < days.length && points.length <= query.limit; width *= 2) {
    const some = days.slice(index, index + Math.min(width, maxDays));
    index += some.length;
    const range = { from, to: query.to, limit: query.limit + 1 - points.length };
    for (const point of await readDays(connection, series, some, range)) points.push(point);
  }
  if (points.length <= query.limit) return { points, next: null };
  const page = points.slice(0, query.limit);
  return { points: page, next: cursorAfter(page) };
}

/** Throws GridbellError `invalid-input` when the page size is out of bounds. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw new GridbellError('invalid-input', `limit must be a whole number from 1 to ${maxLimit}`);
  }
}

async function readDays(
  connection: DuckDBConnection,
  series: number,
  days: readonly StoredDay[],
  range: { from: EpochMs; to: EpochMs; limit: number },
): Promise<Point[]> {
  const bindings = new Bindings();
  const selects = days.map((stored) =>
    selectDay(bindings, stored, {
      series,
      lo: range.from,
      hi: range.to,
      columns: `${bindings.bind(startOfDay(stored.day), 'DOUBLE')} + ms AS happened, value, kind, text`,
    }),
  );
  const limit = bindings.bind(range.limit, 'BIGINT');
  const result = await connection.run(
    `SELECT * FROM (${selects.join(' UNION ALL ')}) ORDER BY happened LIMIT ${limit}`,
    bindings.values,
  );
  const [times = [], values = [], kinds = [], texts = []] = await result.getColumns();
  return times.map((time, row) => ({
    at: epochMs(Number(time)),
    value: storedValue(kinds[row] ?? null, values[row] ?? null, texts[row] ?? null),
  }));
}

const cursorVersion = 'a';

function cursorAfter(page: readonly Point[]): string {
  return Buffer.from(`${cursorVersion}${page.at(-1)?.at}`).toString('base64url');
}

function startAfter(cursor: string, from: EpochMs): EpochMs {
  const text = Buffer.from(cursor, 'base64url').toString();
  const last = Number(text.slice(1));
  if (!text.startsWith(cursorVersion) || text.length < 2 || !Number.isSafeInteger(last)) {
    throw new GridbellError('invalid-input', 'the cursor is not one that a page of readings gave');
  }
  return epochMs(Math.max(from, last + 1));
}
