import type { Fields } from '#app/rule-tests/fields.ts';
import type { Scope } from '#app/rule-tests/scope.ts';
import { Expectation, ExpectedAlarm, ExpectedTask } from '#app/rule-tests/test-file.ts';
import type { Path } from '#app/rule-tests/written-yaml.ts';
import type { EpochMs } from '#model/brand.ts';

/** What has to be known at a time; what is null is not looked at. */
export interface Expected {
  readonly at: EpochMs;
  /** As it is written. */
  readonly written: string;
  /** All alarms, each with the fields that count. */
  readonly alarms: readonly Fields[] | null;
  readonly tasks: readonly Fields[] | number | null;
}

/** An entry of `expect`; undefined when something is wrong with it, which the scope's complaints say. */
export function readExpectation(entry: unknown, path: Path, scope: Scope): Expected | undefined {
  const { complaints } = scope;
  if (!complaints.fits(Expectation, entry, path)) return undefined;
  if (entry.alarms === undefined && entry.tasks === undefined)
    complaints.add(path, "expects nothing: 'alarms' or 'tasks' is missing");
  const at = scope.moment(entry.at, [...path, 'at']);
  const alarms = entry.alarms?.map((alarm, index) => alarmFields(alarm, [...path, 'alarms', index], scope));
  const tasks = readTasks(entry.tasks, [...path, 'tasks'], scope);
  return at === undefined ? undefined : { at, written: entry.at, alarms: alarms ?? null, tasks };
}

function readTasks(tasks: unknown, path: Path, scope: Scope): Expected['tasks'] {
  if (tasks === undefined) return null;
  if (typeof tasks === 'number' && Number.isInteger(tasks) && tasks >= 0) return tasks;
  if (Array.isArray(tasks))
    return tasks.map((task: unknown, index) => taskFields(task, [...path, index], scope));
  scope.complaints.add(path, 'must be how many tasks there are, or the list of them');
  return null;
}

function alarmFields(alarm: unknown, path: Path, scope: Scope): Fields {
  const { complaints, moments, names } = scope;
  if (!complaints.fits(ExpectedAlarm, alarm, path)) return {};
  names.rule(alarm.rule, [...path, 'rule']);
  names.device(alarm.device, [...path, 'device']);
  const { clearedAt, startedAt, ...fields } = alarm;
  const since = (text: string | undefined, name: string): string | undefined => {
    const at = text === undefined ? undefined : scope.moment(text, [...path, name]);
    return at === undefined ? undefined : moments.since(at);
  };
  return given({
    ...fields,
    startedAt: since(startedAt, 'startedAt'),
    clearedAt: since(clearedAt, 'clearedAt'),
  });
}

function taskFields(task: unknown, path: Path, { complaints, names }: Scope): Fields {
  if (!complaints.fits(ExpectedTask, task, path)) return {};
  names.rule(task.rule, [...path, 'rule']);
  names.person(task.assignee ?? undefined, [...path, 'assignee']);
  return given(task);
}

const given = (fields: Readonly<Record<string, Fields[string] | undefined>>): Fields =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
