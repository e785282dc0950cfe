import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mutations } from '#tests/rules/reference/mutations.ts';

const copied = ['package.json', 'model', 'rules', 'tests/rules/reference'];
/** As many cases as `npm test` tries. */
const runs = 2_000;
const seed = 20260101;

/** A copy of the engine and its laws, whose sources may be changed. */
const copy = mkdtempSync(join(tmpdir(), 'gridbell-mutations-'));
for (const path of copied) cpSync(path, join(copy, path), { recursive: true });
symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
afterAll(() => rmSync(copy, { recursive: true }));

/** The law that breaks first, and after how many cases. */
function tryLaws(cases: number): { law: string; after: number } | null {
  const script = 'tests/rules/reference/try-laws.ts';
  const out = execFileSync(process.execPath, [script, String(seed), String(cases)], {
    cwd: copy,
    encoding: 'utf8',
  });
  return JSON.parse(out) as ReturnType<typeof tryLaws>;
}

describe('the laws of the rules engine', () => {
  it('hold of the engine as it is', () => expect(tryLaws(200)).toBeNull());

  it.each(mutations)('catch that $fault', ({ file, from, to }) => {
    const path = join(copy, 'rules/engine', file);
    const source = readFileSync(path, 'utf8');
    expect(source.split(from)).toHaveLength(2);
    writeFileSync(
      path,
      source.replace(from, () => to),
    );
    try {
      const found = tryLaws(runs);
      expect(found).not.toBeNull();
      process.stdout.write(`${file}: ${found?.law} after ${found?.after} cases\n`);
    } finally {
      writeFileSync(path, source);
    }
  });
});
