import { compare, type Difference } from '#app/rule-tests/compare.ts';
import { fieldsOfAlarm, fieldsOfTask } from '#app/rule-tests/fields.ts';
import type { Expected } from '#app/rule-tests/read-expectation.ts';
import type { PlannedTest } from '#app/rule-tests/read-test-file.ts';
import { type Failure, nothingWrong, type TraceOf } from '#app/rule-tests/result.ts';
import type { TestStand } from '#app/rule-tests/stand.ts';

export interface Occasion {
  readonly stand: TestStand;
  readonly test: PlannedTest;
  /** Ids of the rules that run. */
  readonly rules: readonly string[];
  /** Nothing was wrong before. */
  readonly isFirst: boolean;
}

/** What is not as expected; null when all is. Time is that of the expectation. */
export function judge(expected: Expected, occasion: Occasion): Failure | null {
  const { isFirst, stand } = occasion;
  const { moments } = occasion.test;
  const alarms =
    expected.alarms &&
    compare(
      expected.alarms,
      stand.alarms.map((alarm) => fieldsOfAlarm(alarm, moments)),
    );
  const { taskCount, tasks } = judgeTasks(expected.tasks, stand);
  const differences = [...(alarms ?? []), ...tasks];
  if (differences.length === 0 && taskCount === null) return null;
  return {
    ...nothingWrong,
    at: expected.written,
    clock: moments.clock(expected.at),
    alarms: alarms ?? [],
    tasks,
    taskCount,
    traces: tracesOf(differences, occasion),
    held: isFirst ? stand.held : [],
  };
}

function judgeTasks(expected: Expected['tasks'], stand: TestStand): Pick<Failure, 'tasks' | 'taskCount'> {
  if (expected === null) return { tasks: [], taskCount: null };
  const seen = stand.tasks.map(fieldsOfTask);
  if (typeof expected !== 'number') return { tasks: compare(expected, seen), taskCount: null };
  if (expected === seen.length) return { tasks: [], taskCount: null };
  // A count that is wrong is read best beside what there was.
  const tasks = seen.map((one): Difference => ({ kind: 'unexpected', seen: one }));
  return { tasks, taskCount: { expected, seen: seen.length } };
}

const mostEntries = 8;
const mostTraces = 4;

/**
 * Of each rule and device that something is wrong with. A wide key names no device: then of those that spoke; one that
 * names no rule may be any.
 */
function tracesOf(differences: readonly Difference[], { rules, stand, test }: Occasion): readonly TraceOf[] {
  const { moments, steps } = test;
  const spoke = [...new Set(steps.flatMap((step) => (step.kind === 'say' ? [step.device] : [])))];
  const wanted = new Map<string, { readonly rule: string; readonly device: string }>();
  for (const difference of differences) {
    const seen = difference.kind === 'missing' ? {} : difference.seen;
    const { device, key, rule } =
      difference.kind === 'unexpected' ? seen : { ...seen, ...difference.expected };
    const named = [device, key].find((id) => typeof id === 'string' && spoke.includes(id));
    for (const id of typeof named === 'string' ? [named] : spoke)
      for (const one of typeof rule === 'string' ? [rule] : rules)
        wanted.set(`${one} ${id}`, { rule: one, device: id });
  }
  return [...wanted.values()].slice(0, mostTraces).map(({ device, rule }) => {
    const all = stand.trace(rule, device);
    const entries = all.slice(-mostEntries).map((entry) => ({ ...entry, at: moments.since(entry.at) }));
    return { rule, device, entries, omitted: all.length - entries.length };
  });
}
