import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { GridbellError, messageOf } from '#model/errors.ts';
import { prepareSchema } from '#store/history/duckdb/schema.ts';

export interface DatabaseOptions {
  /** The file; beside it DuckDB keeps `….wal` and, when a sort outgrows memory, `….tmp/`. */
  readonly path: string;
  /** Upper bound of DuckDB's buffers, with unit (`256MB`). */
  readonly memoryLimit: string;
  readonly threads: number;
  /** Most of `….tmp/`, with unit. */
  readonly temporaryLimit?: string;
  /** Size of `….wal` at which it is moved home, with unit. */
  readonly logLimit?: string;
}

/** Node's thread pool has four: an append and a sort must never wait for queries. */
const readerCount = 2;

/** The open file: a connection to write, one to sort, a few to read. */
export class Database {
  readonly writer: DuckDBConnection;
  readonly sorter: DuckDBConnection;
  readonly #instance: DuckDBInstance;
  readonly #readers: readonly DuckDBConnection[];
  readonly #idle: DuckDBConnection[];
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = [];

  constructor(
    instance: DuckDBInstance,
    writer: DuckDBConnection,
    sorter: DuckDBConnection,
    readers: readonly DuckDBConnection[],
  ) {
    this.#instance = instance;
    this.writer = writer;
    this.sorter = sorter;
    this.#readers = readers;
    this.#idle = [...readers];
  }

  /** Runs `work` in a transaction of its own: all that it reads is of one moment. */
  async read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection =
      this.#idle.pop() ?? (await new Promise<DuckDBConnection>((resolve) => this.#waiting.push(resolve)));
    try {
      return await inTransaction(connection, () => work(connection));
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#idle.push(connection);
    }
  }

  close(): void {
    for (const connection of [this.writer, this.sorter, ...this.#readers]) connection.closeSync();
    this.#instance.closeSync();
  }
}

/** Commits when `work` succeeds, rolls back when it fails. */
export async function inTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN');
  try {
    const result = await work();
    await connection.run('COMMIT');
    return result;
  } catch (error) {
    // After a failed COMMIT there is no transaction left to roll back; the first error is the one that tells why.
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Opens the file or makes it. Throws GridbellError that says what to do when it is damaged, newer or in use. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await mkdir(dirname(options.path), { recursive: true });
  let instance: DuckDBInstance | undefined;
  try {
    instance = await DuckDBInstance.create(options.path, {
      memory_limit: options.memoryLimit,
      threads: String(options.threads),
      temp_directory: `${options.path}.tmp`,
      ...(options.temporaryLimit === undefined ? {} : { max_temp_directory_size: options.temporaryLimit }),
      ...(options.logLimit === undefined ? {} : { checkpoint_threshold: options.logLimit }),
      // Nothing is ever fetched from a network, and SQL reaches no other file.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      enable_external_access: 'false',
    });
    const writer = await instance.connect();
    await prepareSchema(writer);
    const sorter = await instance.connect();
    const readers = [];
    for (let index = 0; index < readerCount; index++) readers.push(await instance.connect());
    return new Database(instance, writer, sorter, readers);
  } catch (error) {
    instance?.closeSync();
    throw error instanceof GridbellError ? error : openingError(options.path, error);
  }
}

function openingError(path: string, cause: unknown): GridbellError {
  const message = messageOf(cause);
  if (/set lock on file|being used by another process/i.test(message)) {
    return new GridbellError('not-ready', `${path} is in use by another process: stop that one first`, {
      cause,
    });
  }
  if (/version number/i.test(message)) {
    return new GridbellError(
      'internal',
      `${path} was written by a newer DuckDB: start the Gridbell that wrote it, or put back a copy of the data directory made with this one while Gridbell was stopped (${message})`,
      { cause },
    );
  }
  return new GridbellError(
    'internal',
    `${path} cannot be opened as history: it is damaged or no history file. Move it and ${path}.wal aside and put back those of a copy of the data directory made while Gridbell was stopped; without one Gridbell begins an empty history (${message})`,
    { cause },
  );
}
