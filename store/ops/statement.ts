import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/** A prepared statement whose rows have a shape: the place where what SQLite answers is taken for it. */
export interface Statement<Row> {
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Row[];
  /** Row by row; holds a read transaction until it ends. */
  iterate(...values: SQLInputValue[]): IterableIterator<Row>;
  /** Number of rows that it changed. */
  run(...values: SQLInputValue[]): number;
}

/** Prepares once for the hot path; the text is constant, values are only ever bound. */
export function prepare<Row = never>(connection: DatabaseSync, text: string): Statement<Row> {
  const statement = connection.prepare(text);
  return {
    get: (...values) => statement.get(...values) as unknown as Row | undefined,
    all: (...values) => statement.all(...values) as unknown as Row[],
    iterate: (...values) => statement.iterate(...values) as unknown as IterableIterator<Row>,
    run: (...values) => Number(statement.run(...values).changes),
  };
}

/** For columns that hold what we wrote as JSON. */
export const parsed = <T>(body: string): T => JSON.parse(body) as T;
