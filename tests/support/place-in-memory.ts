import { accessSync, constants, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAbandoned } from '#tests/support/abandoned-places.ts';

const memory = '/dev/shm';
const prefix = 'gridbell-tests-';
const wantedBytes = 4 * 1024 ** 3;
/** Not GRIDBELL_…: the command line refuses settings that it does not know. */
const diskVariable = 'TESTS_ON_DISK';

/**
 * Global setup of vitest: temporary files of this run lie in memory where the machine has room for them. A disk makes each
 * of a hundred thousand small commits wait for a millisecond and more; what a test shows by kill -9 it shows in memory as well, since
 * what is written outlives the process in both (docs/decisions/131).
 */
export default function placeInMemory(): (() => void) | undefined {
  if (process.env['GRIDBELL_TEST_LONG'] === '1' || !hasRoom()) return undefined;
  removeAbandoned({ directory: memory, prefix, warn: (text) => process.stderr.write(`${text}\n`) });
  const place = join(memory, `${prefix}${process.pid}`);
  mkdirSync(place, { mode: 0o700 });
  process.env[diskVariable] = tmpdir();
  process.env['TMPDIR'] = place;
  return () => rmSync(place, { recursive: true, force: true });
}

/** For a file of tests that counts what is written: a file system in memory writes nothing. */
export function stayOnDisk(): void {
  process.env['TMPDIR'] = process.env[diskVariable] ?? tmpdir();
}

function hasRoom(): boolean {
  try {
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= wantedBytes;
  } catch {
    return false;
  }
}
