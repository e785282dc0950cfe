import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataDirectory } from '#app/directory.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const openElsewhere = (path: string) =>
  spawnSync(process.execPath, [
    '--input-type=module-typescript',
    '-e',
    `import { openDataDirectory } from '#app/directory.ts'; openDataDirectory(${JSON.stringify(path)}); console.log('opened');`,
  ]);

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
});
