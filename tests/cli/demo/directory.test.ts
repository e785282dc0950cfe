import { existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
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

  it('keeps what somebody else laid beside a demo', () => {
    using data = temporaryDirectory();
    clearDirectory(data.path);
    writeFileSync(join(data.path, 'ops.db'), 'old');
    writeFileSync(join(data.path, 'thesis.txt'), 'years of work');
    expect(() => clearDirectory(data.path)).toThrow(/no demo made \(thesis\.txt\)/);
    expect(readdirSync(data.path).sort()).toEqual(['gridbell-demo.json', 'ops.db', 'thesis.txt']);
  });

  it('stays itself where it is begun anew: somebody may stand in it or link to it', () => {
    using data = temporaryDirectory();
    const [real, link] = [join(data.path, 'real'), join(data.path, 'link')];
    clearDirectory(real);
    writeFileSync(join(real, 'ops.db'), 'old');
    symlinkSync(real, link);
    const { ino } = lstatSync(real);
    clearDirectory(link);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(lstatSync(real).ino).toBe(ino);
    expect(readdirSync(real)).toEqual(['gridbell-demo.json']);
  });

  it.each(['', 'null', '[]', '{"seed":', '{"seed":"7","secret":5,"password":"p"}'])(
    'is not gone on with where its record is damaged: %s',
    (text) => {
      using data = temporaryDirectory();
      clearDirectory(data.path);
      writeFileSync(join(data.path, 'gridbell-demo.json'), text);
      expect(() => readRecord(data.path)).toThrow(/is damaged: without --keep/);
    },
  );
});
