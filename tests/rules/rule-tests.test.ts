import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coverageOf, missingIn, type RuleOutcome } from '#app/rule-tests/coverage.ts';
import { readTestFile } from '#app/rule-tests/read-test-file.ts';
import { runTest } from '#app/rule-tests/run-test.ts';
import { describeFailure } from '#cli/rule-tests/describe-failure.ts';
import { loadLibrary } from '#rules/library/load.ts';

const files = globSync(['rules/library/**/*.test.yaml', 'examples/**/*.test.yaml']).sort();
const access = {
  read: (path: string) => readFileSync(path, 'utf8'),
  usualCommunity: 'examples/demo-community.yaml',
};

const outcomes: RuleOutcome[] = [];

describe.each(files)('%s', (file) => {
  const planned = readTestFile(file, access);
  if ('problems' in planned) {
    it('has no mistakes', () => expect(planned.problems).toEqual([]));
    return;
  }
  it.each(planned.tests)('$name', async (test) => {
    const result = await runTest(planned, test);
    outcomes.push(...result.rules);
    expect(describeFailure(result)).toEqual([]);
  });
});

it('each rule of the library fires, stays quiet and clears in some test', () => {
  const coverage = new Map(coverageOf(outcomes).map((covered) => [covered.rule, missingIn(covered)]));
  const missing = loadLibrary().map(({ id }) => ({ rule: id, missing: coverage.get(id) ?? ['any'] }));
  expect(missing.filter((one) => one.missing.length > 0)).toEqual([]);
});
