import type { Alarm } from '#model/alarm.ts';
import type { TaskOrder } from '#model/rule.ts';
import type { TaskDeskOptions } from '#tasks/assigner.ts';
import { categoryOwner } from '#tasks/duty-roles.ts';

/** What the rule of an alarm orders; null: no task. An alarm whose rule is gone still gets somebody to look. */
export function alarmOrder(
  orderOf: TaskDeskOptions['order'],
  { rule, category }: Pick<Alarm, 'rule' | 'category'>,
): TaskOrder | null {
  const order = orderOf(rule);
  return order === undefined ? { ...plainOrder, to: categoryOwner(category) } : order.task;
}

const plainOrder: Omit<TaskOrder, 'to'> = {
  title: { zh: '{place} 告警', en: 'Alarm at {place}' },
  also: [],
  acceptWithinMs: null,
  handleWithinMs: null,
  join: null,
  reRaiseMs: null,
  checklist: [],
  skills: [],
  escalate: [],
};
