import type { ComplaintList } from '#app/rule-tests/complaint-list.ts';
import type { Fields } from '#app/rule-tests/fields.ts';
import type { Moments } from '#app/rule-tests/moments.ts';
import { nearest } from '#app/rule-tests/nearest.ts';
import { Expectation, ExpectedAlarm, ExpectedTask } from '#app/rule-tests/test-file.ts';
import type { Path } from '#app/rule-tests/written-yaml.ts';
import type { DeviceId, EpochMs, PersonId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';

/** What has to be known at a time; what is null is not looked at. */
export interface Expected {
  readonly at: EpochMs;
  /** As it is written. */
  readonly written: string;
  /** All alarms, each with the fields that count. */
  readonly alarms: readonly Fields[] | null;
  readonly tasks: readonly Fields[] | number | null;
}

export interface ExpectationContext {
  readonly complaints: ComplaintList;
  readonly moments: Moments;
  /** Null: not known, so no name is said to be wrong. */
  readonly configuration: Configuration | null;
  /** Ids of the rules that run; null as above. */
  readonly rules: readonly string[] | null;
}

/** Reads an entry of `expect`; undefined when something is wrong with it. */
export function readExpectation(
  entry: unknown,
  path: Path,
  context: ExpectationContext,
): Expected | undefined {
  const { complaints, moments } = context;
  if (!complaints.fits(Expectation, entry, path)) return undefined;
  if (entry.alarms === undefined && entry.tasks === undefined)
    complaints.add(path, "expects nothing: 'alarms' or 'tasks' is missing");
  const at = moments.read(entry.at);
  if (at === undefined)
    complaints.add([...path, 'at'], 'must be a time such as 90s, 1h30m or 2026-01-01T22:30');
  const alarms = entry.alarms?.map((alarm, index) => alarmFields(alarm, [...path, 'alarms', index], context));
  const tasks = readTasks(entry.tasks, [...path, 'tasks'], context);
  if (at === undefined) return undefined;
  return { at, written: entry.at, alarms: alarms ?? null, tasks };
}

function readTasks(tasks: unknown, path: Path, context: ExpectationContext): Expected['tasks'] {
  if (tasks === undefined) return null;
  if (typeof tasks === 'number' && Number.isInteger(tasks) && tasks >= 0) return tasks;
  if (Array.isArray(tasks))
    return tasks.map((task: unknown, index) => taskFields(task, [...path, index], context));
  context.complaints.add(path, 'must be how many tasks there are, or the list of them');
  return null;
}

function alarmFields(alarm: unknown, path: Path, context: ExpectationContext): Fields {
  const { complaints, configuration, moments } = context;
  if (!complaints.fits(ExpectedAlarm, alarm, path)) return {};
  const { clearedAt, startedAt, ...fields } = alarm;
  checkRule(alarm.rule, path, context);
  const { device } = alarm;
  if (device !== undefined && configuration && !configuration.device(device as DeviceId)) {
    const known = [...configuration.devices()].map(({ id }) => id);
    complaints.add([...path, 'device'], `there is no device ${device}${nearest(device, known)}`);
  }
  const since = (text: string | undefined, name: string): string | undefined => {
    if (text === undefined) return undefined;
    const at = moments.read(text);
    if (at === undefined) complaints.add([...path, name], 'must be a time such as 90s');
    return at === undefined ? text : moments.since(at);
  };
  return given({
    ...fields,
    startedAt: since(startedAt, 'startedAt'),
    clearedAt: since(clearedAt, 'clearedAt'),
  });
}

function taskFields(task: unknown, path: Path, context: ExpectationContext): Fields {
  const { complaints, configuration } = context;
  if (!complaints.fits(ExpectedTask, task, path)) return {};
  checkRule(task.rule, path, context);
  const { assignee } = task;
  if (typeof assignee === 'string' && configuration && !configuration.person(assignee as PersonId)) {
    const known = [...configuration.people()].map(({ id }) => id);
    complaints.add([...path, 'assignee'], `there is no person ${assignee}${nearest(assignee, known)}`);
  }
  return given(task);
}

function checkRule(rule: string | undefined, path: Path, { complaints, rules }: ExpectationContext): void {
  if (rule === undefined || !rules || rules.includes(rule)) return;
  complaints.add(
    [...path, 'rule'],
    `there is no rule ${rule} among those of this test${nearest(rule, rules)}`,
  );
}

const given = (fields: Readonly<Record<string, Fields[string] | undefined>>): Fields =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
