import { isLike } from '#app/rule-tests/compare.ts';
import type { Step } from '#app/rule-tests/course.ts';
import { outcomesOf } from '#app/rule-tests/coverage.ts';
import { fieldsOfTask } from '#app/rule-tests/fields.ts';
import { judge } from '#app/rule-tests/judge.ts';
import type { PlannedFile, PlannedTest } from '#app/rule-tests/read-test-file.ts';
import { type Failure, nothingWrong, type TestResult } from '#app/rule-tests/result.ts';
import { TestStand } from '#app/rule-tests/stand.ts';
import { put } from '#app/rule-tests/test-community.ts';
import type { PersonId } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import type { ResourceChange } from '#model/command.ts';
import { messageOf } from '#model/errors.ts';

/** Runs one test on an engine of its own. Never throws: a fault of the engine is a result. */
export async function runTest(planned: PlannedFile, test: PlannedTest): Promise<TestResult> {
  const began = stopwatch();
  const { file } = planned;
  const { line, name } = test;
  let ran: Ran = { failures: [], rules: [] };
  let fault: string | null = null;
  try {
    ran = await run(planned, test);
  } catch (error) {
    fault = messageOf(error);
  }
  const passed = ran.failures.length === 0 && fault === null;
  return { file, name, line, passed, ms: stopwatch() - began, ...ran, fault };
}

type Ran = Pick<TestResult, 'failures' | 'rules'>;

async function run(planned: PlannedFile, test: PlannedTest): Promise<Ran> {
  using stand = await TestStand.open({
    changes: changesFor(planned, test),
    community: planned.community.id,
    start: test.moments.start,
  });
  const rules = planned.rules.map(({ id }) => id);
  const failures: Failure[] = [];
  let next = 0;
  for (const expected of test.expected) {
    for (let step = test.steps[next]; step && step.at <= expected.at; step = test.steps[++next]) {
      const refusal = take(step, stand);
      if (refusal !== null) failures.push(refused(step, refusal, test));
    }
    stand.pass(expected.at);
    stand.settle();
    const failure = judge(expected, { stand, test, rules, isFirst: failures.length === 0 });
    if (failure) failures.push(failure);
  }
  return { failures, rules: outcomesOf(stand, planned, test) };
}

/** The community, the rules, and an account for each who acts. */
function changesFor({ community, rules }: PlannedFile, test: PlannedTest): readonly ResourceChange[] {
  const acting = new Set(test.steps.flatMap((step) => (step.kind === 'act' ? [step.by] : [])));
  const accounts = [...acting].flatMap((id) => {
    const person = community.configuration.person(id as PersonId);
    return person ? [put('account', id, { id, role: person.role, person: id })] : [];
  });
  return [...community.changes, ...accounts, ...rules.map(({ id, source }) => put('rule', id, source))];
}

/** Answers why somebody may not do what the test says. */
function take(step: Step, stand: TestStand): string | null {
  if (step.kind === 'say') {
    stand.say(step);
    return null;
  }
  stand.pass(step.at);
  switch (step.kind) {
    case 'change':
      return stand.change([step.change]);
    case 'act':
      return act(step, stand);
    case 'restart':
      stand.restart();
      return null;
    case 'pass':
      return null;
  }
}

function act(step: Step & { readonly kind: 'act' }, stand: TestStand): string | null {
  stand.settle();
  const meant = stand.tasks.filter((task) => isLike(step.of, fieldsOfTask(task)));
  const [task] = meant;
  if (meant.length > 1) return `${meant.length} tasks are like that; 'of' says which one is meant`;
  return task ? stand.act(task, step) : 'there is no such task';
}

function refused(step: Step, refusal: string, { moments }: PlannedTest): Failure {
  const what = step.kind === 'act' ? `task ${step.action} by ${step.by}` : step.kind;
  return {
    ...nothingWrong,
    at: step.kind === 'act' ? step.written : moments.since(step.at),
    clock: moments.clock(step.at),
    refused: `${what}: ${refusal}`,
  };
}
