import type { EpochMs } from '#model/brand.ts';
import type { Task, TaskState } from '#model/task.ts';

/** A limit of a task, by what has to happen until then. */
export const awaited = ['verify', 'accept', 'handle', 'close'] as const;
export type Awaited = (typeof awaited)[number];

export type LimitedTask = Pick<Task, 'state' | 'acceptBy' | 'handleBy' | 'verifyBy' | 'closeBy'>;

/** Until when what has to happen next; null: nothing is awaited, its clock stands still, or there is no limit. */
export function limitOf(task: LimitedTask): { readonly what: Awaited; readonly by: EpochMs } | null {
  const what = awaitedIn(task.state);
  if (what === null) return null;
  const by = task[`${what}By`] ?? null;
  return by === null ? null : { what, by };
}

/** Whether a task waits longer than it may for what comes next. Never stored. */
export function isOverdue(task: LimitedTask, now: EpochMs): boolean {
  const limit = limitOf(task);
  return limit !== null && now > limit.by;
}

function awaitedIn(state: TaskState): Awaited | null {
  switch (state) {
    case 'reported':
    case 'verifying':
      return 'verify';
    case 'dispatched':
      return 'accept';
    case 'accepted':
    case 'in-progress':
      return 'handle';
    case 'feedback':
      return 'close';
    default:
      return null;
  }
}
