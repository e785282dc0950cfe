import type { Moments } from '#app/rule-tests/moments.ts';
import type { Alarm } from '#model/alarm.ts';
import type { Task } from '#model/task.ts';

/** What of an alarm or a task a test can name, by camelCase key. Times are written as since the beginning. */
export type Fields = Readonly<Record<string, string | number | boolean | null>>;

export const fieldsOfAlarm = (alarm: Alarm, moments: Moments): Fields => ({
  rule: alarm.rule,
  key: alarm.key,
  device: alarm.device,
  place: alarm.place,
  resident: alarm.resident ?? null,
  category: alarm.category,
  severity: alarm.severity,
  state: alarm.state,
  startedAt: moments.since(alarm.startedAt),
  clearedAt: alarm.clearedAt === undefined ? null : moments.since(alarm.clearedAt),
  ack: alarm.ack,
  revised: alarm.revised,
  receivedLate: alarm.receivedLate,
  lifeSafety: alarm.lifeSafety,
  tasks: alarm.tasks.length,
});

/** Both titles are in it: a test names the one or the other. */
export const fieldsOfTask = (task: Task): Fields => ({
  title: task.title.en ?? task.title.zh ?? '',
  titleZh: task.title.zh ?? task.title.en ?? '',
  assignee: task.assignee,
  state: task.state,
  category: task.category,
  severity: task.severity,
  place: task.place,
  rule: task.rule,
  key: task.key,
  lifeSafety: task.lifeSafety,
  alarms: task.alarms.length,
});
