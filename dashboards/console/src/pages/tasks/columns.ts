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

interface Held {
  readonly state: TaskState;
  readonly states: readonly TaskState[];
  /** Left out while it holds nothing: most days nothing is there. */
  readonly isRare?: true;
}

/** The columns from left to right, each with the states that it holds. */
const holds: readonly Held[] = [
  { state: 'reported', states: ['reported'], isRare: true },
  { state: 'verifying', states: ['verifying'], isRare: true },
  { state: 'filed', states: ['filed', 'returned'], isRare: true },
  { state: 'dispatched', states: ['dispatched', 'rework'] },
  { state: 'accepted', states: ['accepted'] },
  { state: 'in-progress', states: ['in-progress'] },
  { state: 'suspended', states: ['suspended'], isRare: true },
  { state: 'feedback', states: ['feedback'] },
];

/**
 * Every open task in its column, the most urgent first; `counts` as the server counted them, by state. A state that no
 * column holds, of a server newer than this page, gets one of its own: no task is invisible.
 */
export function columnsOf(
  tasks: readonly Task[],
  counts: Readonly<Record<string, number>> | undefined,
): readonly Column[] {
  const known = new Set(holds.flatMap(({ states }) => states));
  const unknown = [...new Set(tasks.map(({ state }) => state))].filter((state) => !known.has(state));
  const all: readonly Held[] = [...holds, ...unknown.map((state) => ({ state, states: [state] }))];
  return all.flatMap(({ isRare, state, states }) => {
    const held = tasks.filter((task) => states.includes(task.state)).sort(compareUrgency);
    const counted = states.reduce((sum, each) => sum + (counts?.[each] ?? 0), 0);
    const count = Math.max(counted, held.length);
    return isRare && count === 0 ? [] : [{ state, tasks: held, count }];
  });
}
