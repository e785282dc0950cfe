import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '#model/errors.ts';
import { applicationId, schemaVersion } from '#store/ops/schema-version.ts';

/** The store cannot be opened; the message says what to do. */
export class OpsStoreUnusable extends Error {
  override readonly name = 'OpsStoreUnusable';
}

/**
 * What is built on a connection that sees what is committed and cannot write; it becomes the built one's own. Throws `OpsStoreUnusable` when there is no store, when it is
 * damaged or foreign, or of another version of Gridbell.
 */
export function connectToRead<Built>(path: string, build: (connection: DatabaseSync) => Built): Built {
  if (!existsSync(path))
    throw new OpsStoreUnusable(`${path}: there is no ops store; start Gridbell once to make it`);
  const connection = connect(path);
  try {
    refuseForeign(connection, path);
    if (pragma(connection, 'user_version') < schemaVersion)
      throw new OpsStoreUnusable(`${path}: not brought to this version yet; the engine opens it first`);
    connection.exec('pragma query_only = on');
    return build(connection);
  } catch (error) {
    connection.close();
    throw unusable(error, path);
  }
}

export function connect(path: string): DatabaseSync {
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

export function pragma(
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
