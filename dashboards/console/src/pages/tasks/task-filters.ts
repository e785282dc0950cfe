import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { endedStates, openStates } from '../../tasks/open-states.ts';
import type { TaskFilter } from '../../tasks/task-queries.ts';
import { type FilterName, filterIn, filterNames } from './filter-address.ts';

/** The filters of the board, which stand in the address. */
export function useTaskFilters() {
  const route = useRoute();
  const router = useRouter();
  const narrowed = computed(() => filterIn(route.query));
  const isEnded = computed(() => route.query['view'] === 'ended');

  const set = (changes: Readonly<Record<string, string | undefined>>): void => {
    void router.replace({ query: { ...route.query, ...changes } });
  };
  const field = (name: FilterName) =>
    computed({
      get: () => String(narrowed.value[name] ?? ''),
      set: (value: string) => set({ [name]: value === '' ? undefined : value }),
    });
  return {
    place: field('place'),
    category: field('category'),
    severity: field('severity'),
    assignee: field('assignee'),
    overdue: field('overdue'),
    isEnded,
    show: (view: 'open' | 'ended') => set({ view: view === 'ended' ? 'ended' : undefined }),
    narrowed,
    open: computed((): TaskFilter => ({ ...narrowed.value, state: openStates.join() })),
    ended: computed((): TaskFilter => ({ ...narrowed.value, state: endedStates.join() })),
    chosen: computed(() => Object.keys(narrowed.value).length),
    clear: () => set(Object.fromEntries(filterNames.map((name) => [name, undefined]))),
  };
}
