import { epochMs } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import type { Page, Point, RawQuery } from '#store/history/history.ts';
import { measurementOf } from '#store/history/influxdb/lines.ts';
import { named } from '#store/history/influxdb/quote.ts';
import { during, isTag, rowsOf, saidValue, timeOf } from '#store/history/influxdb/select.ts';
import type { InfluxServer } from '#store/history/influxdb/server.ts';

const maxLimit = 100_000;
const cursorVersion = 'i';

/** One page of a series. A cursor is the time of the last point. */
export async function readPage(server: InfluxServer, query: RawQuery): Promise<Page> {
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > maxLimit)
    throw new GridbellError('invalid-input', `limit must be a whole number from 1 to ${maxLimit}`);
  const from = query.cursor === undefined ? query.from : startAfter(query.cursor, query.from);
  if (from >= query.to) return { points: [], next: null };
  const [tables = []] = await server.query([
    `SELECT num, bool, text, k, d FROM ${named(measurementOf(query.property))} WHERE ${isTag('device', query.device)}
     AND ${isTag('property', query.property)} AND ${during({ from, to: query.to })} ORDER BY time LIMIT ${query.limit + 1}`,
  ]);
  const points: Point[] = [];
  let delay = 0;
  let found = 0;
  for (const table of tables)
    for (const cell of rowsOf(table)) {
      found += 1;
      const point = { at: timeOf(cell), value: saidValue(Number(cell('k')), cell) };
      const d = Number(cell('d'));
      // A device that was moved has two series: of the same time the one that was received last counts.
      if (points.at(-1)?.at !== point.at) points.push(point);
      else if (d >= delay) points[points.length - 1] = point;
      delay = d;
    }
  if (found <= query.limit) return { points, next: null };
  // Of the last time there may be another row behind: it comes with the next page.
  const page = points.length > 1 ? points.slice(0, -1) : points;
  return { points: page, next: Buffer.from(`${cursorVersion}${page.at(-1)?.at}`).toString('base64url') };
}

function startAfter(cursor: string, from: number): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  const last = Number(text.slice(1));
  if (!text.startsWith(cursorVersion) || text.length < 2 || !Number.isSafeInteger(last))
    throw new GridbellError('invalid-input', 'the cursor is not one that a page of readings gave');
  return Math.max(from, epochMs(last + 1));
}
