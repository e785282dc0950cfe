import { computed } from 'vue';
import type { Task } from '../../api/types.ts';
import { useSession } from '../../session/session.ts';
import type { Transition } from '../../tasks/task-actions.ts';
import { compareUrgency } from '../../tasks/task-due.ts';
import {
  type TaskFilter,
  toDo,
  useActionsFor,
  useTaskList,
  useTransitions,
} from '../../tasks/task-queries.ts';

const limit = 200;
const verifyFilter: TaskFilter = { state: 'feedback' };
const freeFilter: TaskFilter = { assignee: 'none', state: 'filed,dispatched' };

/** What waits for this person: the own tasks, those to verify, and those that nobody has and that they could take or hand out. */
export function useInbox() {
  const { who } = useSession();
  const transitions = useTransitions();
  const actionsFor = useActionsFor();
  const user = computed(() => who.value?.user);
  const maySomewhere = (...actions: string[]) =>
    computed(() =>
      (transitions.data.value ?? []).some(
        (row: Transition) =>
          actions.includes(row.action) && user.value !== undefined && row.roles.includes(user.value.role),
      ),
    );

  const mine = useTaskList(
    computed(() => toDo),
    { limit },
  );
  const toVerify = useTaskList(
    computed(() => verifyFilter),
    { limit, isEnabled: maySomewhere('close') },
  );
  const free = useTaskList(
    computed(() => freeFilter),
    { limit, isEnabled: maySomewhere('claim', 'dispatch') },
  );

  const urgent = (tasks: readonly Task[] | undefined) => [...(tasks ?? [])].sort(compareUrgency);
  const offering = (tasks: readonly Task[] | undefined, ...actions: string[]) =>
    urgent(tasks).filter((task) => actionsFor(task).some(({ action }) => actions.includes(action)));
  return {
    mine,
    hasPerson: computed(() => user.value?.person !== null),
    toDo: computed(() => urgent(mine.data.value?.items)),
    toVerify: computed(() => offering(toVerify.data.value?.items, 'close')),
    toTake: computed(() => offering(free.data.value?.items, 'claim', 'dispatch')),
  };
}
