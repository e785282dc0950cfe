import type { Task, TaskState } from '../../api/types.ts';
import { compareUrgency } from '../../tasks/task-due.ts';

/** One column of the board. */
export interface Column {
  /** The state by whose name it goes. */
  readonly state: TaskState;
  readonly tasks: readonly Task[];
  /** Of all that there are, also where not all are shown. */
  readonly count: number;
}

/** The columns from left to right, each with the states that it holds. */
const holds: readonly (readonly [TaskState, readonly TaskState[]])[] = [
  ['filed', ['reported', 'verifying', 'filed', 'returned']],
  ['dispatched', ['dispatched', 'rework']],
  ['accepted', ['accepted']],
  ['in-progress', ['in-progress', 'suspended']],
  ['feedback', ['feedback']],
];

/** Every open task in its column, the most urgent first; `counts` as the server counted them, by state. */
export const columnsOf = (
  tasks: readonly Task[],
  counts: Readonly<Record<string, number>> | undefined,
): readonly Column[] =>
  holds.map(([state, states]) => {
    const held = tasks.filter((task) => states.includes(task.state)).sort(compareUrgency);
    const counted = states.reduce((sum, each) => sum + (counts?.[each] ?? 0), 0);
    return { state, tasks: held, count: Math.max(counted, held.length) };
  });
