import { useQueries } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { answerOf } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { useNow } from '../../live/now.ts';
import { type AskReadings, readSeries, type SeriesData, type SeriesKey } from './read-series.ts';
import { type RangeChoice, rangeOf, type TimeRange } from './series-range.ts';

/** The time that is shown; one that ends now moves on. */
export function useRange(choice: MaybeRefOrGetter<RangeChoice>) {
  const now = useNow(5_000);
  // A computed of equal parts would be another object each time, and everything would be read anew.
  const bounds = computed(() => {
    const { from, to } = rangeOf(toValue(choice), now.value);
    return `${from} ${to}`;
  });
  const range = computed<TimeRange>(() => {
    const [from = 0, to = 0] = bounds.value.split(' ').map(Number);
    return { from, to };
  });
  return { range, now };
}

/** Reads several series of a time, and again when it moves on. */
export function useSeries(keys: MaybeRefOrGetter<readonly SeriesKey[]>, range: MaybeRefOrGetter<TimeRange>) {
  const api = useApi();
  const ask: AskReadings = (id, query) =>
    answerOf(api.GET('/api/v1/devices/{id}/readings', { params: { path: { id }, query } }));
  return useQueries({
    queries: computed(() => {
      const { from, to } = toValue(range);
      return toValue(keys).map((key) => ({
        queryKey: ['series', key.device, key.property, from, to],
        queryFn: () => readSeries(ask, key, { from, to }),
        // What was read before is shown until the next is there.
        placeholderData: (before: SeriesData | undefined) => before,
        gcTime: 120_000,
      }));
    }),
  });
}
