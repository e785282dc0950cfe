import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { GridbellError, messageOf } from '#model/errors.ts';
import { freshPath, removeFresh } from '#store/history/duckdb/copy-file.ts';
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

/** What is open: a connection to write, one to sort, a few to read. */
interface Opened {
  readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
  readonly sorter: DuckDBConnection;
  readonly readers: readonly DuckDBConnection[];
}

/** The open file. */
export class Database {
  readonly #options: DatabaseOptions;
  #opened: Opened;
  #idle: DuckDBConnection[];
  readonly #waiting: (() => void)[] = [];

  constructor(options: DatabaseOptions, opened: Opened) {
    this.#options = options;
    this.#opened = opened;
    this.#idle = [...opened.readers];
  }

  get path(): string {
    return this.#options.path;
  }
  get writer(): DuckDBConnection {
    return this.#opened.writer;
  }
  get sorter(): DuckDBConnection {
    return this.#opened.sorter;
  }

  /** Runs `work` in a transaction of its own: all that it reads is of one moment. */
  async read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#takeReader();
    try {
      return await inTransaction(connection, () => work(connection));
    } finally {
      this.#idle.push(connection);
      this.#waiting.shift()?.();
    }
  }

  /** Closes the file for as long as `work` has it, questions wait; then opens what stands under its name. */
  async exchange(work: () => Promise<void>): Promise<void> {
    for (let index = 0; index < readerCount; index++) await this.#takeReader();
    try {
      await this.writer.run('CHECKPOINT');
      this.close();
      await work();
    } finally {
      this.#opened = await open(this.#options);
      this.#idle = [...this.#opened.readers];
      for (const next of this.#waiting.splice(0)) next();
    }
  }

  close(): void {
    const { instance, readers, sorter, writer } = this.#opened;
    for (const connection of [writer, sorter, ...readers]) connection.closeSync();
    instance.closeSync();
  }

  async #takeReader(): Promise<DuckDBConnection> {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection) return connection;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
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
  await removeFresh(options.path);
  return new Database(options, await open(options));
}

async function open(options: DatabaseOptions): Promise<Opened> {
  let instance: DuckDBInstance | undefined;
  try {
    instance = await DuckDBInstance.create(options.path, {
      memory_limit: options.memoryLimit,
      threads: String(options.threads),
      temp_directory: `${options.path}.tmp`,
      ...(options.temporaryLimit === undefined ? {} : { max_temp_directory_size: options.temporaryLimit }),
      ...(options.logLimit === undefined ? {} : { checkpoint_threshold: options.logLimit }),
      // Nothing is ever fetched from a network.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    });
    const writer = await instance.connect();
    // SQL reaches no other file than the one into which it is written anew.
    const fresh = freshPath(options.path).replaceAll("'", "''");
    const files = ['', '.wal', '.wal.checkpoint', '.wal.recovery'].map((ending) => `'${fresh}${ending}'`);
    await writer.run(`SET allowed_paths = [${files.join(', ')}]`);
    await writer.run('SET enable_external_access = false');
    await prepareSchema(writer);
    const sorter = await instance.connect();
    const readers = [];
    for (let index = 0; index < readerCount; index++) readers.push(await instance.connect());
    return { instance, writer, sorter, readers };
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
