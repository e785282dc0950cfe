import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answerOf } from '../api/client.ts';
import type { Category, Task } from '../api/types.ts';
import { useApi } from '../api/use-api.ts';
import { useCategories } from '../queries/categories.ts';
import { openStates } from '../tasks/open-states.ts';
import { byNeed, isRunning } from './ladder-order.ts';

const most = 200;
/** Elderly care has a ladder where it says nothing. */
const hasLadder = ({ id, ladder }: Category): boolean =>
  ladder === undefined ? id === 'elderly-care' : ladder !== 'none';

/** Calls for help that are not over: those with which nobody is yet first, the oldest of them first. */
export function useRunningLadders() {
  const api = useApi();
  const categories = useCategories();
  const ids = computed(() => (categories.data.value ?? []).filter(hasLadder).map(({ id }) => id));
  return useQuery({
    queryKey: computed(() => ['tasks', 'ladders', ids.value]),
    queryFn: async (): Promise<readonly Task[]> => {
      const pages = ids.value.map((category) => {
        const query = { category, state: openStates.join(), limit: most, history: 1 };
        return answerOf(api.GET('/api/v1/tasks', { params: { query } }));
      });
      const tasks = (await Promise.all(pages)).flatMap(({ items }) => items);
      return tasks.filter(isRunning).sort(byNeed);
    },
    enabled: computed(() => categories.data.value !== undefined),
    // The stream tells of each step; what it missed is here a little later.
    refetchInterval: 15_000,
  });
}
