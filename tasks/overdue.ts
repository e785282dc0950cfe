import type { EpochMs } from '#model/brand.ts';
import type { Task } from '#model/task.ts';

/** Whether a task waits longer than it may: to be accepted, or, once accepted, to be handled. Never stored. */
export function isOverdue(task: Pick<Task, 'state' | 'acceptBy' | 'handleBy'>, now: EpochMs): boolean {
  switch (task.state) {
    case 'dispatched':
      return task.acceptBy !== null && now > task.acceptBy;
    case 'accepted':
    case 'in-progress':
      return task.handleBy !== null && now > task.handleBy;
    default:
      return false;
  }
}
