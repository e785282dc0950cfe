import type { ApiReader } from '#api/ports.ts';
import type { PersonId } from '#model/brand.ts';
import { type Task, type TaskState, taskStates } from '#model/task.ts';

const done: ReadonlySet<TaskState> = new Set(['closed', 'evaluated', 'rejected', 'void']);
export const openStates: readonly TaskState[] = taskStates.filter((state) => !done.has(state));

/** The tasks that somebody has to do now; nobody has more at once than one page of each state holds. */
export const openTaskPage = (assignee: PersonId, reader: Pick<ApiReader, 'tasks'>): readonly Task[] =>
  openStates.flatMap((state) => reader.tasks({ states: [state], assignee }, { limit: 1_000 }).items);
