import { useQueries } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { answerOf } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { useNow } from '../../live/now.ts';
import { type AskReadings, readSeries, type SeriesData, type SeriesKey } from './read-series.ts';
import { type RangeChoice, rangeOf } from './series-range.ts';

/** Reads several series of a time; a time that ends now moves on, and is read again then. */
export function useSeries(
  keys: MaybeRefOrGetter<readonly SeriesKey[]>,
  choice: MaybeRefOrGetter<RangeChoice>,
) {
  const api = useApi();
  const ask: AskReadings = (id, query) =>
    answerOf(api.GET('/api/v1/devices/{id}/readings', { params: { path: { id }, query } }));
  const now = useNow(5_000);
  // A computed of equal parts would be another object each time, and everything would be read anew.
  const bounds = computed(() => {
    const { from, to } = rangeOf(toValue(choice), now.value);
    return `${from} ${to}`;
  });
  const range = computed(() => {
    const [from = 0, to = 0] = bounds.value.split(' ').map(Number);
    return { from, to };
  });
  const queries = useQueries({
    queries: computed(() =>
      toValue(keys).map((key) => ({
        queryKey: ['series', key.device, key.property, range.value.from, range.value.to],
        queryFn: () => readSeries(ask, key, range.value),
        // What was read before is shown until the next is there.
        placeholderData: (before: SeriesData | undefined) => before,
        gcTime: 120_000,
      })),
    ),
  });
  return { range, now, queries };
}
