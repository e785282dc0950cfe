import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataDirectory } from '#app/directory.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const openElsewhere = (path: string, options: SpawnSyncOptions = {}) =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module-typescript',
      '-e',
      `import { openDataDirectory } from '#app/directory.ts'; openDataDirectory(${JSON.stringify(path)}); console.log('opened');`,
    ],
    options,
  );

describe('a data directory', () => {
  it('belongs to one process at a time and is free again when that lets go', () => {
    using parent = temporaryDirectory();
    const path = join(parent.path, 'data');
    const directory = openDataDirectory(path);
    expect(openElsewhere(path).stderr.toString()).toMatch(/in use by a running Gridbell/);
    directory[Symbol.dispose]();
    expect(openElsewhere(path).stdout.toString()).toBe('opened\n');
  });

  it('keeps its keys, readable by its owner alone', () => {
    using directory = temporaryDirectory();
    const first = openDataDirectory(directory.path);
    first[Symbol.dispose]();
    using second = openDataDirectory(directory.path);
    expect(second.keys).toEqual(first.keys);
    expect(statSync(second.paths.keys).mode & 0o777).toBe(0o600);
    expect(new Set(Object.values(second.keys).map((key) => Buffer.from(key).toString('hex'))).size).toBe(4);
  });

  it('says what to do when its keys are damaged, and leaves them as they are', () => {
    using directory = temporaryDirectory();
    openDataDirectory(directory.path)[Symbol.dispose]();
    const path = join(directory.path, 'keys.json');
    writeFileSync(path, '{"inbox":"short"}');
    expect(() => openDataDirectory(directory.path)).toThrow(/put it back from a copy of the data directory/);
    expect(readFileSync(path, 'utf8')).toBe('{"inbox":"short"}');
  });

  it('is made with the directories above it, for its owner alone', () => {
    using parent = temporaryDirectory();
    const path = join(parent.path, 'a', 'b');
    openDataDirectory(path)[Symbol.dispose]();
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(parent.path, 'a')).mode & 0o777).toBe(0o700);
  });

  it('says so where a file stands in its way', () => {
    using parent = temporaryDirectory();
    const file = join(parent.path, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'data')])
      expect(() => openDataDirectory(path)).toThrow(/file is no directory\).*--data-dir/);
  });

  it.runIf(existsSync('/proc/self'))('says so at once where nobody can make one', () => {
    const { signal, stderr } = openElsewhere('/proc/none/data', { timeout: 20_000 });
    expect(signal).toBeNull();
    expect(stderr.toString()).toMatch(/\/proc\/none\/data cannot be made .*--data-dir/);
  });
});
