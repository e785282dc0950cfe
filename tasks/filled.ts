import type { Alarm } from '#model/alarm.ts';
import type { TaskField } from '#model/category.ts';
import type { Resident } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { TaskOrder } from '#model/rule.ts';
import type { Task } from '#model/task.ts';

export interface FilledQuestion {
  readonly task: Omit<Task, 'history'>;
  /** One of its alarms; undefined: it has none, or it is gone. */
  readonly alarm: Pick<Alarm, 'device' | 'evidence' | 'resident'> | undefined;
  readonly configuration: Configuration;
  /** What its rule orders; null: no rule raised it. */
  readonly order: Pick<TaskOrder, 'handleWithinMs'> | null;
}

/** Of the fields that its category names, how many a task says by itself, and which it does not. */
export interface Filled {
  readonly of: number;
  readonly filled: number;
  readonly missing: readonly TaskField[];
}

/** What nobody has to type any more: what the sensor, its place and the configuration know already is in the task. */
export function filledOf(question: FilledQuestion): Filled {
  const { fields } = question.configuration.category(question.task.category);
  const missing = fields.filter((field) => !isFilled(field, question));
  return { of: fields.length, filled: fields.length - missing.length, missing };
}

function isFilled(field: TaskField, { alarm, configuration, order, task }: FilledQuestion): boolean {
  const resident = alarm?.resident === undefined ? undefined : configuration.resident(alarm.resident);
  switch (field) {
    case 'place':
      return (
        configuration.place(task.place) !== undefined || String(configuration.communityId) === task.place
      );
    case 'what':
      return (task.title.zh ?? task.title.en ?? '').trim() !== '';
    case 'severity':
    case 'time':
      return true;
    case 'device':
      return alarm !== undefined && configuration.device(alarm.device) !== undefined;
    case 'evidence':
      return task.report !== undefined || (alarm?.evidence.length ?? 0) > 0;
    case 'owner':
      return task.assignee !== null || task.also.length > 0;
    case 'accept-limit':
      return task.acceptBy !== null;
    case 'handle-limit':
      return (
        task.handleBy !== null ||
        (order?.handleWithinMs ?? null) !== null ||
        configuration.category(task.category).limits.handle !== undefined
      );
    case 'checklist':
      return task.checklist.length > 0;
    case 'resident':
      return resident !== undefined || task.report !== undefined;
    case 'need':
      return task.report !== undefined || (resident !== undefined && isNeedKnown(resident));
    case 'contact':
      return (task.report?.contact ?? null) !== null || (resident !== undefined && isReachable(resident));
    default:
      return field satisfies never;
  }
}

/** How old, whether alone, and what is usual for them: what who goes there has to know. */
const isNeedKnown = ({ birthYear, limits, livesAlone }: Resident): boolean =>
  birthYear !== undefined || livesAlone !== undefined || limits !== undefined;

const isReachable = ({ contacts = [], phone }: Resident): boolean =>
  phone !== undefined || contacts.some((contact) => typeof contact['phone'] === 'string');
