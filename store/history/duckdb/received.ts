import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBVector,
  INTEGER,
  LIST,
  listValue,
} from '@duckdb/node-api';
import type { ReceivedReadings } from '#model/received.ts';
import { startOfDay } from '#store/history/duckdb/day.ts';
import { daysBetween } from '#store/history/duckdb/day-query.ts';
import type { Slice } from '#store/history/duckdb/received-slices.ts';
import { kind } from '#store/history/duckdb/schema.ts';
import type { SeriesIndex } from '#store/history/duckdb/series.ts';
import type { ReceivedQuery, SeriesName } from '#store/history/history.ts';

/** The series of a query that exist; a device's stand together, so that a message's values follow one another. */
export function chooseSeries(
  index: SeriesIndex,
  { of }: ReceivedQuery,
): { readonly ids: readonly number[]; readonly names: readonly SeriesName[] } {
  const chosen = of.flatMap(({ device, properties }) =>
    [...index.propertiesOf(device)]
      .filter(([property]) => properties === null || properties.includes(property))
      .map(([property, id]) => ({ id, name: { device, property } })),
  );
  return { ids: chosen.map(({ id }) => id), names: chosen.map(({ name }) => name) };
}

/**
 * All rows of a slice. Of what was received in the same millisecond the running order of receipt counts while the day
 * has one; once it is sorted, what was on time (on the data clock it moved the clock) comes before what was late.
 */
export async function readReceived(
  connection: DuckDBConnection,
  ids: readonly number[],
  { days, from, to }: Slice,
  rows: ReceivedRows,
): Promise<ReceivedReadings> {
  const reach = { from: Math.min(...days), to: Math.max(...days) };
  const stored = await daysBetween(connection, startOfDay(reach.from), startOfDay(reach.to + 1));
  const selects = stored
    .filter(({ day }) => days.has(day))
    .map(
      ({ day, table }) => `
      SELECT no, ${startOfDay(day)} + key - series * 86400000 AS happened, happened + delay AS received,
             value, kind, flags, text, seq
      FROM (SELECT *, key // 86400000 AS series FROM ${table}) JOIN chosen USING (series)
      WHERE received >= $3::DOUBLE AND received < $4::DOUBLE`,
    );
  rows.clear();
  if (selects.length === 0) return rows.finish();
  const result = await connection.stream(
    `WITH chosen AS MATERIALIZED (SELECT unnest($1) AS series, unnest($2) AS no)
     SELECT no, happened::DOUBLE, received::DOUBLE, value, kind::INTEGER + 4 * flags::INTEGER, text
     FROM (${selects.join(' UNION ALL ')})
     ORDER BY received, seq, (happened <> received), happened, no`,
    [listValue([...ids]), listValue(ids.map((_, index) => index)), from, to],
    [LIST(INTEGER), LIST(INTEGER)],
  );
  for (let chunk = await result.fetchChunk(); chunk?.rowCount; chunk = await result.fetchChunk())
    rows.take(chunk);
  return rows.finish();
}

const firstRoom = 16_384;

/**
 * Columns that grow, in memory that threads share. Used again from slice to slice: no thread collects what others have
 * shared with it before its own heap is full, and ten million readings would stay for minutes.
 */
export class ReceivedRows {
  #length = 0;
  #room = 0;
  #series: Int32Array = new Int32Array();
  #at: Float64Array = new Float64Array();
  #receivedAt: Float64Array = new Float64Array();
  #value: Float64Array = new Float64Array();
  #marks: Int32Array = new Int32Array();
  #texts = new Map<number, string>();

  clear(): void {
    this.#length = 0;
    this.#texts = new Map();
  }

  take(chunk: DuckDBDataChunk): void {
    const { rowCount } = chunk;
    if (this.#length + rowCount > this.#room) this.#grow();
    fill(this.#series, this.#length, chunk.getColumnVector(0));
    fill(this.#at, this.#length, chunk.getColumnVector(1));
    fill(this.#receivedAt, this.#length, chunk.getColumnVector(2));
    fill(this.#value, this.#length, chunk.getColumnVector(3));
    fill(this.#marks, this.#length, chunk.getColumnVector(4));
    let texts: DuckDBVector | undefined;
    for (let row = 0; row < rowCount; row++) {
      if (((this.#marks[this.#length + row] ?? 0) & 3) !== kind.text) continue;
      texts ??= chunk.getColumnVector(5);
      this.#texts.set(this.#length + row, String(texts.getItem(row)));
    }
    this.#length += rowCount;
  }

  finish(): ReceivedReadings {
    const length = this.#length;
    return {
      length,
      series: this.#series,
      at: this.#at,
      receivedAt: this.#receivedAt,
      value: this.#value,
      marks: this.#marks,
      texts: this.#texts,
    };
  }

  #grow(): void {
    this.#room = Math.max(firstRoom, this.#room * 2);
    this.#series = intsFrom(this.#series, this.#room);
    this.#marks = intsFrom(this.#marks, this.#room);
    this.#at = doublesFrom(this.#at, this.#room);
    this.#receivedAt = doublesFrom(this.#receivedAt, this.#room);
    this.#value = doublesFrom(this.#value, this.#room);
  }
}

function fill(column: Float64Array | Int32Array, from: number, vector: DuckDBVector): void {
  for (let row = 0; row < vector.itemCount; row++) column[from + row] = Number(vector.getItem(row));
}

function intsFrom(before: Int32Array, room: number): Int32Array {
  const column = new Int32Array(new SharedArrayBuffer(room * Int32Array.BYTES_PER_ELEMENT));
  column.set(before);
  return column;
}

function doublesFrom(before: Float64Array, room: number): Float64Array {
  const column = new Float64Array(new SharedArrayBuffer(room * Float64Array.BYTES_PER_ELEMENT));
  column.set(before);
  return column;
}
