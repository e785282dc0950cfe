import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import {
  type Compilable,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
} from 'kysely';

/** Kysely over a connection of node:sqlite that somebody else opens and closes. */
export class NodeSqliteDialect implements Dialect {
  readonly #dialect: SqliteDialect;

  constructor(connection: DatabaseSync) {
    this.#dialect = new SqliteDialect({ database: asKyselyDatabase(connection) });
  }
  createDriver(): Driver {
    return this.#dialect.createDriver();
  }
  createQueryCompiler(): QueryCompiler {
    return this.#dialect.createQueryCompiler();
  }
  createAdapter(): DialectAdapter {
    return new TransactionalSqliteAdapter();
  }
  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return this.#dialect.createIntrospector(db);
  }
}

/** SQLite rolls schema changes back; saying so lets the Migrator run all of a migration in one transaction. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function asKyselyDatabase(connection: DatabaseSync): SqliteDatabase {
  return {
    close: () => undefined,
    prepare: (text) => {
      const statement = connection.prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...bindable(parameters)),
        run: (parameters) => statement.run(...bindable(parameters)),
        iterate: (parameters) => statement.iterate(...bindable(parameters)),
      };
    },
  };
}

/** Runs a query that Kysely built, at once: readers answer without a turn of the event loop. */
export function rowsOf<Row>(connection: DatabaseSync, query: Compilable<Row>): Row[] {
  const { sql, parameters } = query.compile();
  return connection.prepare(sql).all(...bindable(parameters)) as unknown as Row[];
}

/** node:sqlite binds no booleans; SQLite's are 0 and 1. */
const bindable = (parameters: readonly unknown[]): SQLInputValue[] =>
  parameters.map((value) => (typeof value === 'boolean' ? Number(value) : (value as SQLInputValue)));
