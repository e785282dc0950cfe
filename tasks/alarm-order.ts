import type { Alarm } from '#model/alarm.ts';
import type { Configuration } from '#model/configuration.ts';
import type { TaskOrder } from '#model/rule.ts';
import type { TaskDeskOptions } from '#tasks/assigner.ts';

/** What the rules order, and whose work it is where they do not say. */
export interface OrderSource {
  readonly configuration: Configuration;
  readonly order: TaskDeskOptions['order'];
}

type Ordering = Pick<Alarm, 'rule' | 'category' | 'posted'>;

/** What the rule of an alarm orders; null: no task. An alarm whose rule is gone still gets somebody to look. */
export function alarmOrder(
  { configuration, order: orderOf }: OrderSource,
  { category, posted, rule }: Ordering,
): TaskOrder | null {
  if (posted) {
    const { title = plainOrder.title } = posted;
    return { ...plainOrder, title, to: configuration.category(category).owner };
  }
  const order = orderOf(rule);
  return order === undefined ? { ...plainOrder, to: configuration.category(category).owner } : order.task;
}

/** The same for alarms that a person gives a task of their own, also where their rule wants none. */
export const orderForAlarm = (orders: OrderSource, alarm: Ordering): TaskOrder =>
  alarmOrder(orders, alarm) ?? { ...plainOrder, to: orders.configuration.category(alarm.category).owner };

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
