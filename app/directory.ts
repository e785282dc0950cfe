import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { GridbellError, messageOf } from '#model/errors.ts';

/** The installation's keys; lost keys mean a lost inbox and new tokens for all devices, so a copy of the directory must hold them. */
export interface Keys {
  readonly inbox: Uint8Array;
  readonly quarantine: Uint8Array;
  readonly deviceToken: Uint8Array;
  readonly pseudonym: Uint8Array;
}
const keyNames = [
  'inbox',
  'quarantine',
  'deviceToken',
  'pseudonym',
] as const satisfies readonly (keyof Keys)[];

/** Where everything lies in a data directory. */
export const pathsIn = (dataDir: string) =>
  ({
    lock: join(dataDir, 'lock'),
    keys: join(dataDir, 'keys.json'),
    inbox: join(dataDir, 'inbox'),
    ops: join(dataDir, 'ops.db'),
    history: join(dataDir, 'history.duckdb'),
    notify: join(dataDir, 'notify.db'),
    notifyKeys: join(dataDir, 'notify-keys.json'),
    photos: join(dataDir, 'photos'),
    /** Of Node-RED, whose process may write there. */
    flows: join(dataDir, 'flows'),
    /** What Gridbell keeps of flows, out of their reach. */
    flowsKept: join(dataDir, 'flows-kept'),
  }) as const;

export interface DataDirectory extends Disposable {
  readonly paths: ReturnType<typeof pathsIn>;
  readonly keys: Keys;
}

/**
 * Opens the directory for this process alone and makes it when it is not there. The lock is one of the operating
 * system's: it ends with the process, however that ends.
 * @throws GridbellError `not-ready` when another process has it open, `invalid-input` when it cannot be made.
 */
export function openDataDirectory(dataDir: string): DataDirectory {
  makeDataDirectory(dataDir);
  const paths = pathsIn(dataDir);
  const lock = lockFile(paths.lock, dataDir);
  try {
    return { paths, keys: keysOf(paths, dataDir), [Symbol.dispose]: () => lock.close() };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/**
 * Makes the directory, and those above it, when they are not there. One by one: where a parent takes no directories
 * (/proc) Node's recursive mkdir never ends. Throws GridbellError `invalid-input`.
 */
export function makeDataDirectory(dataDir: string): void {
  const missing: string[] = [];
  let above = resolve(dataDir);
  for (; !existsSync(above); above = dirname(above)) missing.unshift(above);
  try {
    if (!statSync(above).isDirectory()) throw new Error(`${above} is no directory`);
    for (const path of missing) mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (statSync(dataDir, { throwIfNoEntry: false })?.isDirectory() === true) return;
    throw new GridbellError(
      'invalid-input',
      `${dataDir} cannot be made (${messageOf(error)}): give another with --data-dir DIR, where its user may write`,
      { cause: error },
    );
  }
}

/** New keys only for a new directory: with others nothing in it could be opened, and no device could sign in. */
function keysOf(paths: ReturnType<typeof pathsIn>, dataDir: string): Keys {
  if (existsSync(paths.keys)) {
    chmodSync(paths.keys, 0o600);
    return readKeys(paths.keys);
  }
  if (existsSync(paths.ops) || existsSync(paths.inbox))
    throw new GridbellError(
      'invalid-input',
      `${paths.keys} is missing, and nothing in ${dataDir} can be opened without it: put it back from a copy of the data directory made while Gridbell was stopped`,
    );
  return makeKeys(paths.keys, dataDir);
}

const sqliteBusy = 5;

function lockFile(path: string, dataDir: string): DatabaseSync {
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    // Nothing is ever written into it; a journal on the disk would be refused on a full one.
    lock.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    const isBusy = error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;
    throw new GridbellError(
      'not-ready',
      isBusy
        ? `${dataDir} is in use by a running Gridbell: stop it, or use another data-dir`
        : `${path} cannot be locked (${messageOf(error)}): look at the disk, and at who may write there`,
      { cause: error },
    );
  }
}

/**
 * Whether some process has the directory open; null: that cannot be told, since this user may not read its lock, or it is no
 * file. Changes nothing. The lock lets not even readers in.
 */
export function isDirectoryInUse(dataDir: string): boolean | null {
  const { lock } = pathsIn(dataDir);
  let connection: DatabaseSync;
  try {
    if (!statSync(lock, { throwIfNoEntry: false })) return false;
    const url = pathToFileURL(lock);
    url.search = '?mode=ro';
    connection = new DatabaseSync(url, { readOnly: true, timeout: 0 });
  } catch {
    return null;
  }
  try {
    connection.prepare('select count(*) from sqlite_master').get();
    return false;
  } catch {
    return true;
  } finally {
    connection.close();
  }
}

function makeKeys(path: string, dataDir: string): Keys {
  const keys = Object.fromEntries(keyNames.map((name) => [name, randomBytes(32)])) as unknown as Keys;
  const text = JSON.stringify(
    Object.fromEntries(keyNames.map((name) => [name, Buffer.from(keys[name]).toString('base64')])),
  );
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
  const directory = openSync(dataDir, 'r');
  fsyncSync(directory);
  closeSync(directory);
  return keys;
}

/** Changes nothing. Throws GridbellError that names the file and what to do. */
export function readKeys(path: string): Keys {
  try {
    const parsed = JSON.parse(readFileSync(path, 'utf8')) as Partial<Record<string, string>>;
    const entries = keyNames.map((name) => {
      const key = Buffer.from(parsed[name] ?? '', 'base64');
      if (key.length !== 32) throw new Error(`the key "${name}" is not 32 bytes`);
      return [name, key];
    });
    return Object.fromEntries(entries) as unknown as Keys;
  } catch (error) {
    throw new GridbellError(
      'invalid-input',
      `${path} is damaged (${messageOf(error)}): put it back from a copy of the data directory made while Gridbell was stopped`,
      {
        cause: error,
      },
    );
  }
}

/** A socket's address has room for 107 bytes on Linux and 103 elsewhere. */
const maxSocketPath = 103;

/** The operator's socket. Dispose when nobody uses the address any more. */
export const socketAddress = (dataDir: string): SocketAddress => socketIn(dataDir, 'gridbell.sock');

export type SocketAddress = Disposable & { readonly path: string };

/**
 * A socket's file in a directory. Where its path is too long for an address it is reached through the open directory (Linux);
 * the file stays the same. Dispose when nobody uses the address any more.
 */
export function socketIn(directory: string, name: string): SocketAddress {
  const path = join(directory, name);
  if (Buffer.byteLength(path) <= maxSocketPath || process.platform !== 'linux' || !existsSync(directory)) {
    return { path, [Symbol.dispose]: () => undefined };
  }
  const opened = openSync(directory, 'r');
  return { path: `/proc/self/fd/${opened}/${name}`, [Symbol.dispose]: () => closeSync(opened) };
}
