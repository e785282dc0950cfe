import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { libraryFiles } from '#rules/library/load.ts';

interface Expected {
  readonly rule?: string | undefined;
  readonly state?: string;
}
interface RuleTest {
  readonly expect: readonly { readonly alarms?: readonly Expected[]; readonly tasks?: unknown }[];
}
interface Rule {
  readonly id: string;
  readonly event?: boolean;
}

const read = <T>(file: URL): T => parse(readFileSync(file, 'utf8')) as T;

/** Each rule of the library with the tests that stand beside its file. */
const cases = libraryFiles().flatMap((file) => {
  const { rules } = read<{ rules: readonly Rule[] }>(file);
  const { tests } = read<{ tests: readonly RuleTest[] }>(new URL(file.href.replace(/\.yaml$/, '.test.yaml')));
  return rules.map((rule) => [rule.id, rule, tests] as const);
});

/** All that a test expects; what names no rule is of the only one that the test names. */
function alarmsOf(test: RuleTest): readonly Expected[] {
  const alarms = test.expect.flatMap((moment) => moment.alarms ?? []);
  const names = new Set(alarms.flatMap(({ rule }) => rule ?? []));
  const [only] = names;
  return names.size === 1 ? alarms.map((alarm) => ({ ...alarm, rule: only })) : alarms;
}

describe('the tests of the library', () => {
  it.each(cases)('show %s firing, ending and saying nothing', (id, { event }, tests) => {
    const named = tests.flatMap(alarmsOf).filter(({ rule }) => rule === id);
    expect(named.length, 'it fires').toBeGreaterThan(0);
    if (event !== true)
      expect(named.filter(({ state }) => state === 'cleared').length, 'it ends').toBeGreaterThan(0);
    const silent = tests.filter(
      (test) =>
        test.expect.some(({ alarms }) => alarms !== undefined) &&
        !alarmsOf(test).some(({ rule }) => rule === undefined || rule === id),
    );
    expect(silent.length, 'it says nothing').toBeGreaterThan(0);
  });
});
