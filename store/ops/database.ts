import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '#model/errors.ts';
import { applicationId, migrate, schemaVersion } from '#store/ops/migrate.ts';
import { OpsReader } from '#store/ops/reader.ts';
import { OpsWriter } from '#store/ops/writer.ts';

/** The store cannot be opened; the message says what to do. */
export class OpsStoreUnusable extends Error {
  override readonly name = 'OpsStoreUnusable';
}

export interface OpsWriterOptions {
  /** 32 bytes. */
  readonly quarantineKey: Uint8Array;
  /** How long its write-ahead log may grow, on a disk that has little room; default and most: 4 MB. */
  readonly logBytes?: number;
}

/**
 * Opens the ops store for the engine, makes it where there is none, and brings an older one to this version.
 * Throws `OpsStoreUnusable` when it is damaged, foreign, or of a newer Gridbell.
 */
export async function openOpsWriter(
  path: string,
  { logBytes = mostLogBytes, quarantineKey }: OpsWriterOptions,
): Promise<OpsWriter> {
  // It holds password hashes: nobody else may read it. SQLite gives its -wal and -shm files the same mode.
  closeSync(openSync(path, 'a', 0o600));
  const connection = connect(path);
  try {
    refuseForeign(connection, path);
    connection.exec(
      `pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
       pragma recursive_triggers = on; pragma wal_autocheckpoint = ${Math.max(leastLogPages, Math.floor(Math.min(logBytes, mostLogBytes) / pageBytes))};
       pragma journal_size_limit = ${64 * 1024 * 1024}`,
    );
    await migrate(connection);
    return new OpsWriter(connection, quarantineKey);
  } catch (error) {
    connection.close();
    throw unusable(error, path);
  }
}

/**
 * Opens a connection that sees what is committed and cannot write. Without `quarantineKey` quarantined payloads stay
 * closed. Throws `OpsStoreUnusable` when there is no store, or as `openOpsWriter`.
 */
export function openOpsReader(
  path: string,
  { quarantineKey }: { readonly quarantineKey?: Uint8Array } = {},
): OpsReader {
  if (!existsSync(path))
    throw new OpsStoreUnusable(`${path}: there is no ops store; start Gridbell once to make it`);
  const connection = connect(path);
  try {
    refuseForeign(connection, path);
    if (pragma(connection, 'user_version') < schemaVersion)
      throw new OpsStoreUnusable(`${path}: not brought to this version yet; the engine opens it first`);
    connection.exec('pragma query_only = on');
    return new OpsReader(connection, quarantineKey);
  } catch (error) {
    connection.close();
    throw unusable(error, path);
  }
}

const pageBytes = 4_096;
/** How long the WAL grows before a commit moves it home; docs/decisions/051-ops-checkpoint.md. */
const mostLogBytes = 1_000 * pageBytes;
const leastLogPages = 32;

function connect(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 5_000 });
  } catch (error) {
    throw unusable(error, path);
  }
}

export function refuseForeign(connection: DatabaseSync, path: string): void {
  const version = pragma(connection, 'user_version');
  const id = pragma(connection, 'application_id');
  const isEmpty = pragma(connection, 'schema_version') === 0;
  if (!isEmpty && id !== 0 && id !== applicationId)
    throw new OpsStoreUnusable(`${path}: this is not an ops store of Gridbell; check the data directory`);
  if (version > schemaVersion)
    throw new OpsStoreUnusable(
      `${path}: written by a newer Gridbell (store version ${version}, this one knows ${schemaVersion}); ` +
        'install that version again, or put back a copy of the data directory made with this one while Gridbell was stopped',
    );
}

function pragma(
  connection: DatabaseSync,
  name: 'user_version' | 'application_id' | 'schema_version',
): number {
  return Number(connection.prepare(`pragma ${name}`).get()?.[name] ?? 0);
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damageCodes: ReadonlySet<unknown> = new Set([11, 26]);

export function unusable(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
  if (!damageCodes.has(code)) return error;
  return new OpsStoreUnusable(
    `${path}: the file is damaged (${messageOf(error)}); stop Gridbell, move the data directory away and ` +
      'put back a copy of it made while Gridbell was stopped',
    { cause: error },
  );
}
