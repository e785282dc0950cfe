import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { answerOf } from '../api/client.ts';
import type { QueryOf, Task } from '../api/types.ts';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/session.ts';
import { openStates } from './open-states.ts';
import { type Actor, actionsFor, type Transition } from './task-actions.ts';

export type TaskFilter = Omit<QueryOf<'getTasks'>, 'limit' | 'cursor' | 'history'>;

/** As `useTaskList` keeps it. */
interface TaskPage {
  readonly items: readonly Task[];
}

/** What is one's own to do: what was fed back waits for others. */
export const toDo: TaskFilter = {
  assignee: 'me',
  state: openStates.filter((state) => state !== 'feedback').join(),
};

/** The life cycle; it changes with the server only. */
export function useTransitions() {
  const api = useApi();
  return useQuery({
    queryKey: ['task-transitions'],
    queryFn: async () => (await answerOf(api.GET('/api/v1/task-transitions'))).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What this person may do with a task now; none until the life cycle is known. */
export function useActionsFor() {
  const { data } = useTransitions();
  const { who } = useSession();
  return (task: Task): readonly Transition[] => {
    const user = who.value?.user;
    return user === undefined ? [] : actionsFor(task, actorOf(user), data.value ?? []);
  };
}

const actorOf = ({ id, person, places, role }: Actor): Actor => ({ id, person, places, role });

/** Tasks that fit, newest first: one page, and whether there are more. Histories are left out but for the last entry. */
export function useTaskList(
  filter: Readonly<Ref<TaskFilter>>,
  options: { limit: number; isEnabled?: Readonly<Ref<boolean>> },
) {
  const api = useApi();
  return useQuery({
    queryKey: ['tasks', 'list', filter, options.limit],
    queryFn: async () =>
      answerOf(
        api.GET('/api/v1/tasks', {
          params: { query: { ...filter.value, limit: options.limit, history: 1 } },
        }),
      ),
    ...(options.isEnabled === undefined ? {} : { enabled: options.isEnabled }),
  });
}

/** How many open tasks fit, by state. */
export function useTaskCounts(filter: Readonly<Ref<TaskFilter>>) {
  const api = useApi();
  return useQuery({
    queryKey: ['tasks', 'counts', filter],
    queryFn: async () => answerOf(api.GET('/api/v1/tasks/counts', { params: { query: filter.value } })),
  });
}

export function useTask(id: Readonly<Ref<string>>) {
  const api = useApi();
  return useQuery({
    queryKey: computed(() => ['task', id.value]),
    queryFn: async () => answerOf(api.GET('/api/v1/tasks/{id}', { params: { path: { id: id.value } } })),
  });
}

export interface TaskInput {
  readonly comment?: string;
  /** A person, or the task that goes on (merge). */
  readonly to?: string;
  readonly alarms?: string[];
  readonly rating?: number;
  /** ISO 8601. */
  readonly until?: string;
}

/** Does something with a task; rejects with the server's ApiProblem. What came of it is shown everywhere at once. */
export function useTaskAct() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({
      action,
      input = {},
      task,
    }: {
      task: Pick<Task, 'id' | 'version'>;
      action: string;
      input?: TaskInput;
    }) =>
      answerOf(
        api.POST('/api/v1/tasks/{id}/{action}', {
          // The table's own word: the server refuses what it does not know.
          params: { path: { id: task.id, action: action as 'accept' } },
          body: { version: task.version, ...input },
        }),
      ),
    retry: false,
    onSuccess: (task) => {
      queries.setQueryData(['task', task.id], task);
      // Lists show it at once, too: the next action on it would come with a version that is over.
      queries.setQueriesData<TaskPage>(
        { queryKey: ['tasks', 'list'] },
        (page) => page && { ...page, items: page.items.map((each) => (each.id === task.id ? task : each)) },
      );
      void queries.invalidateQueries({ queryKey: ['tasks'] });
    },
  });
}
