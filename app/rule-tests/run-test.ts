import { compare, type Difference } from '#app/rule-tests/compare.ts';
import type { Step } from '#app/rule-tests/course.ts';
import { fieldsOfAlarm, fieldsOfTask } from '#app/rule-tests/fields.ts';
import type { Expected } from '#app/rule-tests/read-expectation.ts';
import type { PlannedFile, PlannedTest } from '#app/rule-tests/read-test-file.ts';
import type { Failure, TestResult, TraceOf } from '#app/rule-tests/result.ts';
import { TestStand } from '#app/rule-tests/stand.ts';
import { put } from '#app/rule-tests/test-community.ts';
import { stopwatch } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';

/** Runs one test on an engine of its own. Never throws: a fault of the engine is a result. */
export async function runTest(planned: PlannedFile, test: PlannedTest): Promise<TestResult> {
  const began = stopwatch();
  const { file } = planned;
  const { line, name } = test;
  let failures: readonly Failure[] = [];
  let fault: string | null = null;
  try {
    failures = await failuresOf(planned, test);
  } catch (error) {
    fault = messageOf(error);
  }
  const passed = failures.length === 0 && fault === null;
  return { file, name, line, passed, ms: stopwatch() - began, failures, fault };
}

async function failuresOf({ community, rules }: PlannedFile, test: PlannedTest): Promise<readonly Failure[]> {
  using stand = await TestStand.open({
    changes: [...community.changes, ...rules.map(({ id, source }) => put('rule', id, source))],
    community: community.id,
    start: test.moments.start,
  });
  let next = 0;
  const failures: Failure[] = [];
  for (const expected of test.expected) {
    for (let step = test.steps[next]; step && step.at <= expected.at; step = test.steps[++next])
      take(step, stand);
    stand.pass(expected.at);
    stand.settle();
    const failure = judge(expected, { stand, test, isFirst: failures.length === 0 });
    if (failure) failures.push(failure);
  }
  return failures;
}

function take(step: Step, stand: TestStand): void {
  switch (step.kind) {
    case 'say':
      stand.say({ ...step, at: step.measuredAt, arrivesAt: step.at });
      return;
    case 'change':
      stand.pass(step.at);
      stand.change([step.change]);
      return;
    case 'restart':
      stand.pass(step.at);
      stand.restart();
      return;
    case 'pass':
      stand.pass(step.at);
      return;
  }
}

interface Occasion {
  readonly stand: TestStand;
  readonly test: PlannedTest;
  readonly isFirst: boolean;
}

function judge(expected: Expected, { isFirst, stand, test }: Occasion): Failure | null {
  const { moments } = test;
  const alarms =
    expected.alarms === null
      ? []
      : compare(
          expected.alarms,
          stand.alarms.map((alarm) => fieldsOfAlarm(alarm, moments)),
        );
  const seenTasks = stand.tasks.map(fieldsOfTask);
  const isCounted = typeof expected.tasks === 'number';
  const taskCount =
    typeof expected.tasks === 'number' && expected.tasks !== seenTasks.length
      ? { expected: expected.tasks, seen: seenTasks.length }
      : null;
  const tasks =
    isCounted || expected.tasks === null
      ? []
      : compare(expected.tasks as Exclude<typeof expected.tasks, number | null>, seenTasks);
  if (alarms.length === 0 && tasks.length === 0 && taskCount === null) return null;
  return {
    at: expected.written,
    clock: moments.clock(expected.at),
    alarms,
    // A count that is wrong is read best beside what there was.
    tasks: taskCount ? seenTasks.map((seen): Difference => ({ kind: 'unexpected', seen })) : tasks,
    taskCount,
    traces: tracesOf([...alarms, ...tasks], { stand, test, isFirst }),
    held: isFirst ? stand.held : [],
  };
}

const mostEntries = 8;
const mostTraces = 4;

/** Of each rule and device that something was wrong with. A wide key names no device: then of those that spoke. */
function tracesOf(differences: readonly Difference[], { stand, test }: Occasion): readonly TraceOf[] {
  const spoke = [...new Set(test.steps.flatMap((step) => (step.kind === 'say' ? [step.device] : [])))];
  const wanted = new Map<string, { rule: string; device: string }>();
  for (const difference of differences) {
    const { device, key, rule } = {
      ...('seen' in difference ? difference.seen : {}),
      ...('expected' in difference ? difference.expected : {}),
    };
    if (typeof rule !== 'string') continue;
    const named = [device, key].filter((id): id is string => typeof id === 'string' && spoke.includes(id));
    for (const id of named.length > 0 ? named.slice(0, 1) : spoke)
      wanted.set(`${rule} ${id}`, { rule, device: id });
  }
  return [...wanted.values()].slice(0, mostTraces).map(({ device, rule }) => {
    const entries = stand.trace(rule, device);
    return {
      rule,
      device,
      entries: entries
        .slice(-mostEntries)
        .map(({ at, ...entry }) => ({ ...entry, at: test.moments.since(at) })),
      omitted: Math.max(0, entries.length - mostEntries),
    };
  });
}
