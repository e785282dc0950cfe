import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { SeriesKey } from '../../charts/series/read-series.ts';
import { choiceFrom, queryOf, type RangeChoice } from '../../charts/series/series-range.ts';
import { seriesIn, textOf } from './chosen-series.ts';
import { type EventKind, eventKinds } from './shown-events.ts';

type Fields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What is looked at, as it stands in the address: sent to somebody it shows the same, and each choice is a step that goes back. */
export function useExplorerAddress() {
  const route = useRoute();
  const router = useRouter();
  const go = (fields: Fields): void => {
    const query = Object.fromEntries(
      Object.entries({ ...route.query, ...fields }).filter(
        ([, value]) => value !== undefined && value !== '',
      ),
    );
    void router.push({ query: query as Record<string, string | string[]> });
  };
  const text = (name: string): string => {
    const value = route.query[name];
    return typeof value === 'string' ? value : '';
  };
  const field = (name: string) =>
    computed({ get: () => text(name), set: (value: string) => go({ [name]: value }) });
  return {
    view: computed(() => (text('view') === 'heat' ? ('heat' as const) : ('lines' as const))),
    keys: computed<readonly SeriesKey[]>({
      get: () => seriesIn(route.query['s']),
      set: (keys) => go({ s: keys.map(textOf) }),
    }),
    choice: computed<RangeChoice>({
      get: () => choiceFrom(route.query, '24h'),
      set: (choice) => go(queryOf(choice)),
    }),
    /** Beside the same a week before. */
    isCompared: computed({
      get: () => text('compare') === 'week',
      set: (isCompared: boolean) => go({ compare: isCompared ? 'week' : undefined }),
    }),
    /** What is marked over time; both without a word of it. */
    marked: computed<readonly EventKind[]>({
      get: () =>
        text('marks') === ''
          ? eventKinds
          : eventKinds.filter((kind) => text('marks').split(',').includes(kind)),
      set: (kinds) =>
        go({
          marks: kinds.length === eventKinds.length ? undefined : kinds.length === 0 ? 'none' : kinds.join(),
        }),
    }),
    place: field('place'),
    property: field('property'),
    fn: field('fn'),
    go,
  };
}
