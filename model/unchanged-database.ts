import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

/**
 * Opens a SQLite file for looking, so that not a byte of it or beside it changes. A file that was closed in order is read
 * as it is, without locks; one with a write-ahead log (in use, or left by a crash) together with that log. Throws what SQLite
 * says; a log whose index (`-shm`) is missing cannot be read without making one.
 */
export function openUnchanged(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  const log = `${path}-wal`;
  const hasLog = existsSync(log) && statSync(log).size > 0;
  const isInUse = hasLog || existsSync(`${path}-shm`);
  url.search = isInUse ? '?mode=ro&readonly_shm=1' : '?mode=ro&immutable=1';
  return new DatabaseSync(url, { readOnly: true, timeout: 2_000 });
}
