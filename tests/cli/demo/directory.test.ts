import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataDirectory } from '#app/directory.ts';
import { clearDirectory, readRecord, writeRecord } from '#cli/demo/directory.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const record = { seed: 7, secret: 's', password: 'p' };

describe("the demo's directory", () => {
  it('is begun anew, where a demo made it', () => {
    using data = temporaryDirectory();
    const demo = join(data.path, 'demo');
    clearDirectory(demo);
    expect(readRecord(demo)).toBeUndefined();
    writeFileSync(join(demo, 'ops.db'), 'old');
    writeRecord(demo, record);
    expect(readRecord(demo)).toEqual(record);
    clearDirectory(demo);
    expect(existsSync(join(demo, 'ops.db'))).toBe(false);
    expect(readRecord(demo)).toBeUndefined();
  });

  it('is never one that holds something else', () => {
    using data = temporaryDirectory();
    mkdirSync(join(data.path, 'inbox'));
    expect(() => clearDirectory(data.path)).toThrow(/no demo made; .*--data-dir/);
    expect(readdirSync(data.path)).toEqual(['inbox']);
  });

  it('is not taken from a demo that runs', () => {
    using data = temporaryDirectory();
    clearDirectory(data.path);
    writeRecord(data.path, record);
    using _running = openDataDirectory(data.path);
    expect(() => clearDirectory(data.path)).toThrow(/a platform runs on/);
    expect(() => readRecord(data.path)).toThrow(/a platform runs on/);
  });
});
