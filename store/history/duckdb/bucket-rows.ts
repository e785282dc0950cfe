import {
  DOUBLE,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  LIST,
  listValue,
} from '@duckdb/node-api';
import {
  readingColumns,
  readingFilter,
  rollupFilter,
  rollupResults,
} from '#store/history/duckdb/bucket-columns.ts';
import type { Piece } from '#store/history/duckdb/bucket-plan.ts';
import { keyOf, startOfDay } from '#store/history/duckdb/day.ts';
import { Bindings, type StoredDay, selectDay } from '#store/history/duckdb/day-query.ts';
import { type Level, lengthOf, rollupTable } from '#store/history/duckdb/rollups.ts';
import type { Aggregate } from '#store/history/history.ts';

/** What one source holds of a bucket: a bucket may lie across days, levels and readings. */
export interface PartialBucket {
  readonly series: number;
  readonly start: number;
  readonly source: Piece['level'];
  readonly rows: number;
  readonly result: DuckDBValue;
  /** Of a first or last: kind, text, and a time that tells it from what other sources hold; else null. */
  readonly kind: DuckDBValue;
  readonly text: DuckDBValue;
  readonly happened: number;
}

/** What is read: one series, or many. */
export interface BucketRead {
  readonly connection: DuckDBConnection;
  readonly series: readonly number[];
  readonly fn: Aggregate;
  /** The most buckets that are answered, and one. */
  readonly limit: number;
}

/** The most days whose readings one statement reads. */
const maxDays = 32;

/** The pieces that come from readings, each with its day. */
export async function readingBuckets(
  read: BucketRead,
  pieces: readonly (Piece & { readonly stored: StoredDay })[],
): Promise<PartialBucket[]> {
  const found: PartialBucket[] = [];
  for (let index = 0; index < pieces.length && found.length < read.limit; index += maxDays) {
    const bindings = new Bindings();
    const selects = pieces.slice(index, index + maxDays).map((piece) => {
      const start = startOfDay(piece.day);
      const bucket = bucketColumn(bindings, piece, start);
      const happened = `${bindings.bind(start, 'DOUBLE')} + ms AS happened`;
      return read.series.length === 1
        ? selectDay(bindings, piece.stored, {
            series: read.series[0] ?? 0,
            lo: piece.lo,
            hi: piece.hi,
            columns: `${read.series[0]} AS series, ${bucket} AS bucket, ${happened}, value, kind, text`,
          })
        : selectMany(bindings, piece, { read, columns: `series, ${bucket} AS bucket, ${happened}` });
    });
    const result = await read.connection.run(
      `SELECT series, bucket, ${readingColumns[read.fn]} FROM (${selects.join(' UNION ALL ')})
       WHERE ${readingFilter(read.fn)} GROUP BY series, bucket LIMIT ${read.limit}`,
      bindings.values,
    );
    for (const row of await result.getRows()) found.push(partialOf(row, 'raw'));
  }
  return found;
}

/** Start of the bucket that a row at `ms` of the day belongs to, in epoch ms. */
function bucketColumn(bindings: Bindings, { start, everyMs }: Piece, dayStart: number): string {
  if (everyMs === null) return bindings.bind(start, 'DOUBLE');
  const every = bindings.bind(everyMs, 'BIGINT');
  const offset = bindings.bind(start - dayStart, 'BIGINT');
  return `${bindings.bind(start, 'DOUBLE')} + ((ms - ${offset}) // ${every}) * ${every}`;
}

/** Of many series: the keys between the first and the last of them are read, in a day that is in order a part of it. */
function selectMany(
  bindings: Bindings,
  { day, hi, lo, stored }: Piece & { readonly stored: StoredDay },
  { columns, read }: { readonly read: BucketRead; readonly columns: string },
): string {
  const [first, last] = [Math.min(...read.series), Math.max(...read.series)];
  const between = `key >= ${bindings.bind(keyOf(first, 0), 'BIGINT')} AND key < ${bindings.bind(keyOf(last + 1, 0), 'BIGINT')}`;
  const ms = (at: number): string => bindings.bind(Math.ceil(at - startOfDay(day)), 'BIGINT');
  const once = stored.sorted ? '' : 'QUALIFY row_number() OVER (PARTITION BY key ORDER BY seq DESC) = 1';
  return `SELECT ${columns}, value, kind, text FROM (
    SELECT key // 86400000 AS series, key % 86400000 AS ms, value, kind, text FROM (
      SELECT key, value, kind, text FROM ${stored.table}
      WHERE ${between} AND key // 86400000 IN (${read.series.join(', ')}) ${once})
  ) WHERE ms >= ${ms(lo)} AND ms < ${ms(hi)}`;
}

/** The pieces of one level, from as many tables as they lie in. */
export async function rollupBuckets(
  read: BucketRead,
  level: Level,
  pieces: readonly Piece[],
): Promise<PartialBucket[]> {
  const tables = [...new Set(pieces.map(({ day }) => rollupTable(level, day)))];
  const days = pieces.map(({ day }) => day);
  const range = `day BETWEEN ${Math.min(...days)} AND ${Math.max(...days)}`;
  const chosen =
    read.series.length === 1 ? `series = ${read.series[0]}` : `series IN (${read.series.join(', ')})`;
  const rows = tables.map((table) => `SELECT * FROM ${table} WHERE ${chosen} AND ${range}`);
  const { types, values } = listed(pieces);
  const result = await read.connection.run(
    `WITH piece AS MATERIALIZED (SELECT unnest($1) AS day, unnest($2) AS first, unnest($3) AS last, unnest($4) AS lo,
       unnest($5) AS start, unnest($6) AS every)
     SELECT series, start + CASE WHEN every = 0 THEN 0 ELSE floor((happened - start) / every) * every END AS start_of,
       ${rollupResults[read.fn]}
     FROM (SELECT *, lo + (bucket - first) * ${lengthOf[level]}.0 AS happened
           FROM (${rows.join(' UNION ALL ')}) JOIN piece USING (day)
           WHERE bucket BETWEEN first AND last AND ${rollupFilter(read.fn)})
     GROUP BY series, start_of LIMIT ${read.limit}`,
    values,
    types,
  );
  return (await result.getRows()).map((row) => partialOf(row, level));
}

/** Pieces as columns to bind. */
function listed(pieces: readonly Piece[]): { readonly values: DuckDBValue[]; readonly types: DuckDBType[] } {
  return {
    values: [
      listValue(pieces.map(({ day }) => day)),
      listValue(pieces.map(({ first }) => first)),
      listValue(pieces.map(({ last }) => last)),
      listValue(pieces.map(({ lo }) => lo)),
      listValue(pieces.map(({ start }) => start)),
      listValue(pieces.map(({ everyMs }) => everyMs ?? 0)),
    ],
    types: [LIST(INTEGER), LIST(INTEGER), LIST(INTEGER), LIST(DOUBLE), LIST(DOUBLE), LIST(DOUBLE)],
  };
}

/** `arg_max` passes over a null text, so `text` counts only when the row's kind says that it is one. */
function partialOf(row: readonly DuckDBValue[], source: Piece['level']): PartialBucket {
  const [series = null, start = null, rows = null, result = null, kind = null, text = null, happened = null] =
    row;
  return {
    series: Number(series),
    start: Number(start),
    source,
    rows: Number(rows),
    result,
    kind,
    text,
    happened: Number(happened),
  };
}
