import { type Alarm, isMoreSevere } from '#model/alarm.ts';
import type { EpochMs } from '#model/brand.ts';
import type { Reason } from '#model/reason.ts';
import type { TaskState } from '#model/task.ts';
import type { JoinableTasks } from '#tasks/joinable-tasks.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';

/** States in which somebody still has the work before them: what was fed back as done is not joined any more. */
const workAhead: ReadonlySet<TaskState> = new Set<TaskState>([
  'reported',
  'verifying',
  'filed',
  'dispatched',
  'accepted',
  'in-progress',
  'rework',
  'returned',
  'suspended',
]);

export interface Joining {
  readonly task: TaskRow;
  readonly because: Reason;
}

/** What of an alarm decides where it belongs. */
type Joiner = Pick<Alarm, 'rule' | 'key' | 'category' | 'place' | 'lifeSafety' | 'severity'>;

/** States in which somebody has taken the work on, as what it was then. */
const takenOn: ReadonlySet<TaskState> = new Set<TaskState>(['accepted', 'in-progress', 'suspended']);

/**
 * A call for help would be lost in it: whoever has taken on something less severe is not called again by what joins it.
 */
const wouldHide = (task: TaskRow, alarm: Joiner): boolean =>
  alarm.lifeSafety && takenOn.has(task.state) && isMoreSevere(alarm.severity, task.severity);

/** The clock of what is suspended stands still, nobody is called by it: a call for help that came since is not to wait with it. */
const rests = (task: TaskRow, { lifeSafety }: Joiner): boolean => lifeSafety && task.state === 'suspended';

export interface JoinSource {
  readonly store: Pick<TaskStore, 'openTasks'>;
  readonly joinable: JoinableTasks;
}

/**
 * The open task that an alarm belongs to, or undefined when it needs one of its own: first the task of the same rule
 * and key, however long ago (a flood never opens two), then a task of the category whose own join scope covers the
 * alarm's place and whose last alarm is recent enough. The newest task wins.
 */
export function findTaskToJoin(
  { store, joinable }: JoinSource,
  alarm: Joiner,
  now: EpochMs,
): Joining | undefined {
  const same = store
    .openTasks({ rule: alarm.rule, key: alarm.key })
    .find((task) => workAhead.has(task.state) && !rests(task, alarm));
  if (same) return { task: same, because: { code: 'same-rule-and-key', rule: alarm.rule, key: alarm.key } };

  for (const { task, by, shared } of joinable.around(alarm.category, alarm.place)) {
    if (!workAhead.has(task.state) || task.join === null || task.lastAlarmAt === null) continue;
    if (wouldHide(task, alarm) || rests(task, alarm)) continue;
    const { withinMs } = task.join;
    if (now - task.lastAlarmAt > withinMs) continue;
    const because = { code: 'same-area', category: alarm.category, by, place: shared, withinMs } as const;
    return { task, because };
  }
  return undefined;
}
