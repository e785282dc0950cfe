import { closeSync, openSync } from 'node:fs';
import { connect, pragma, refuseForeign, unusable } from '#store/ops/connection.ts';
import { schemaVersion } from '#store/ops/schema-version.ts';
import { OpsWriter } from '#store/ops/writer.ts';

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
    if (pragma(connection, 'user_version') !== schemaVersion) {
      // What brings a store up to date is large, and seldom needed.
      const { migrate } = await import('#store/ops/migrate.ts');
      await migrate(connection);
    }
    return new OpsWriter(connection, quarantineKey);
  } catch (error) {
    connection.close();
    throw unusable(error, path);
  }
}

const pageBytes = 4_096;
/** How long the WAL grows before a commit moves it home; docs/decisions/051-ops-checkpoint.md. */
const mostLogBytes = 1_000 * pageBytes;
const leastLogPages = 32;
