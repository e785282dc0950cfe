import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Step } from '#app/rule-tests/course.ts';
import { type PlannedFile, type PlannedTest, readTestFile } from '#app/rule-tests/read-test-file.ts';
import { TestStand } from '#app/rule-tests/stand.ts';
import { put } from '#app/rule-tests/test-community.ts';
import type { Alarm } from '#model/alarm.ts';
import { type EpochMs, epochMs, minute } from '#model/brand.ts';
import { isLongRun } from '#tests/support/long-run.ts';

const seeds = isLongRun ? Array.from({ length: 20 }, (_, index) => index + 1) : [1];

type Saying = Step & { readonly kind: 'say' };

/** Messages in an order that they may come in: each up to four minutes late, so less than the lateness of any rule here. */
function disordered(sayings: readonly Saying[], seed: number): readonly Saying[] {
  let state = seed;
  const chance = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return sayings
    .map((saying) => ({ ...saying, at: epochMs(saying.at + Math.floor(chance() ** 3 * 4 * minute)) }))
    .toSorted((a, b) => a.at - b.at);
}

async function alarmsOf(
  { community, rules }: PlannedFile,
  sayings: readonly Saying[],
  { end, start }: { readonly start: EpochMs; readonly end: EpochMs },
): Promise<readonly Alarm[]> {
  using stand = await TestStand.open({
    changes: [...community.changes, ...rules.map(({ id, source }) => put('rule', id, source))],
    community: community.id,
    start,
  });
  for (const saying of sayings) stand.say(saying);
  stand.pass(end);
  stand.settle();
  return stand.alarms;
}

/** One alarm that began or ended at another time is still the same to people. */
const isSame = (one: Alarm, other: Alarm): boolean =>
  one.rule === other.rule &&
  one.key === other.key &&
  one.startedAt <= (other.clearedAt ?? Number.POSITIVE_INFINITY) &&
  other.startedAt <= (one.clearedAt ?? Number.POSITIVE_INFINITY);

const described = ({ clearedAt, key, rule, startedAt }: Alarm): string =>
  `${rule} ${key} ${startedAt} ${clearedAt ?? 'stands'}`;

const isPlain = ({ steps }: PlannedTest): boolean =>
  steps.length > 0 &&
  steps.every((step) => step.kind === 'say' && !step.retained && step.at === step.measuredAt);

const files = globSync('rules/library/**/*.test.yaml').sort();

describe.each(files)('%s, in disorder', (file) => {
  const planned = readTestFile(file, {
    read: (path) => readFileSync(path, 'utf8'),
    usualCommunity: 'examples/demo-community.yaml',
  });
  if ('problems' in planned) throw new Error(`${file} has mistakes`);
  const tests = planned.tests.filter(isPlain);
  it.each(tests)('misses no alarm, and what was wrong is revised: $name', async (test) => {
    const sayings = test.steps.filter((step) => step.kind === 'say');
    const last = Math.max(...test.expected.map(({ at }) => at), ...sayings.map(({ at }) => at));
    const span = { start: test.moments.start, end: epochMs(last + 4 * minute) };
    const orderly = await alarmsOf(planned, sayings, span);
    for (const seed of seeds) {
      const seen = await alarmsOf(planned, disordered(sayings, seed), span);
      const right = seen.filter(({ revised }) => !revised);
      const without = (some: readonly Alarm[], others: readonly Alarm[]): readonly string[] =>
        some.filter((one) => !others.some((other) => isSame(one, other))).map(described);
      expect({ seed, missed: without(orderly, right), wrong: without(right, orderly) }).toEqual({
        seed,
        missed: [],
        wrong: [],
      });
    }
  });
});
