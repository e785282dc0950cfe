import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDirectoryInUse } from '#app/directory.ts';
import { CommandFailure } from '#cli/failure.ts';

const marker = 'gridbell-demo.json';

/** What the demo writes down of itself once its history is there. */
export interface DemoRecord {
  readonly seed: number;
  /** Devices publish with tokens made from this. */
  readonly secret: string;
  readonly password: string;
}

/**
 * Makes room for a demo that begins anew. Only a directory that a demo made is ever deleted.
 * @throws CommandFailure when it holds something else, or runs.
 */
export function clearDirectory(dataDir: string): void {
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    if (!existsSync(join(dataDir, marker)))
      throw new CommandFailure(
        `${dataDir} holds something that no demo made; give the demo a directory of its own with --data-dir DIR`,
      );
    refuseWhileInUse(dataDir);
    rmSync(dataDir, { recursive: true });
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(join(dataDir, marker), '{}\n', { mode: 0o600 });
}

/** The history is complete: from now on the demo can go on here. */
export function writeRecord(dataDir: string, record: DemoRecord): void {
  writeFileSync(join(dataDir, marker), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** Undefined: no demo was made here to its end. */
export function readRecord(dataDir: string): DemoRecord | undefined {
  refuseWhileInUse(dataDir);
  const path = join(dataDir, marker);
  if (!existsSync(path)) return undefined;
  const written = JSON.parse(readFileSync(path, 'utf8')) as Partial<DemoRecord>;
  const { password, secret, seed } = written;
  return password === undefined || secret === undefined || seed === undefined
    ? undefined
    : { password, secret, seed };
}

function refuseWhileInUse(dataDir: string): void {
  if (isDirectoryInUse(dataDir) === true)
    throw new CommandFailure(`a platform runs on ${dataDir}; stop it, or take another --data-dir`);
}
