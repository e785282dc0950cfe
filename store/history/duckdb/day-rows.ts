import {
  BIGINT,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api';
import type { Reading } from '#model/reading.ts';
import { keyOf, startOfDay } from '#store/history/duckdb/day.ts';
import { kind } from '#store/history/duckdb/schema.ts';

const columnTypes = [BIGINT, DOUBLE, UTINYINT, VARCHAR, BIGINT, USMALLINT, UINTEGER];
/** DuckDB's vector size: the most that a chunk takes. */
const chunkRows = 2048;

/** Rows of one day that wait for the appender, column by column (schema.ts, dayColumns). */
export class DayRows {
  readonly day: number;
  readonly firstSeq: number;
  readonly #start: number;
  readonly #keys: bigint[] = [];
  readonly #values: number[] = [];
  readonly #kinds: number[] = [];
  readonly #texts: (string | null)[] = [];
  readonly #delays: bigint[] = [];
  readonly #flags: number[] = [];
  readonly #seqs: number[] = [];

  constructor(day: number, firstSeq: number) {
    this.day = day;
    this.firstSeq = firstSeq;
    this.#start = startOfDay(day);
  }

  get length(): number {
    return this.#seqs.length;
  }

  add(series: number, reading: Reading): void {
    const { value } = reading;
    const isText = typeof value === 'string';
    this.#keys.push(BigInt(keyOf(series, Math.floor(reading.at - this.#start))));
    this.#values.push(isText ? 0 : Number(value));
    this.#kinds.push(kind[isText ? 'text' : typeof value === 'boolean' ? 'boolean' : 'number']);
    this.#texts.push(isText ? value : null);
    this.#delays.push(BigInt(Math.round(reading.receivedAt - reading.at)));
    this.#flags.push(reading.flags);
    this.#seqs.push(this.firstSeq + this.#seqs.length);
  }

  /** Within the transaction of `connection`. */
  async appendTo(connection: DuckDBConnection, table: string): Promise<void> {
    const columns = [
      this.#keys,
      this.#values,
      this.#kinds,
      this.#texts,
      this.#delays,
      this.#flags,
      this.#seqs,
    ];
    const appender = await connection.createAppender(table);
    try {
      for (let from = 0; from < this.length; from += chunkRows) {
        const chunk = DuckDBDataChunk.create(columnTypes);
        chunk.setColumns(columns.map((column) => column.slice(from, from + chunkRows)));
        appender.appendDataChunk(chunk);
      }
    } finally {
      appender.closeSync();
    }
  }
}
