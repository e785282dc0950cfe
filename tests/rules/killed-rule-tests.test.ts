import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Step } from '#app/rule-tests/course.ts';
import { type PlannedTest, readTestFile } from '#app/rule-tests/read-test-file.ts';
import { runTest } from '#app/rule-tests/run-test.ts';
import { describeFailure } from '#cli/rule-tests/describe-failure.ts';

/** A kill takes some milliseconds: so many are spread over a test. */
const mostKills = 8;

/** The test with kills between what happens in it, and one before each time that something is expected at. */
function withKills({ expected, steps, ...test }: PlannedTest): PlannedTest {
  const apart = Math.max(1, Math.ceil(steps.length / mostKills));
  const killed = steps.flatMap((step, index): readonly Step[] =>
    index % apart === apart - 1 ? [step, { kind: 'restart', at: step.at }] : [step],
  );
  const last = expected.map(({ at }): Step => ({ kind: 'restart', at }));
  return { ...test, expected, steps: [...killed, ...last].toSorted((a, b) => a.at - b.at) };
}

const files = globSync(['rules/library/**/*.test.yaml', 'examples/**/*.test.yaml']).sort();

describe.each(files)('%s, with Gridbell killed again and again', (file) => {
  const planned = readTestFile(file, {
    read: (path) => readFileSync(path, 'utf8'),
    usualCommunity: 'examples/demo-community.yaml',
  });
  if ('problems' in planned) throw new Error(`${file} has mistakes`);
  it.each(planned.tests)('comes to the same: $name', async (test) => {
    expect(describeFailure(await runTest(planned, withKills(test)))).toEqual([]);
  });
});
