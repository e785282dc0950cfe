import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, reactive, toValue } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import type { TimeRange } from '../../charts/series/series-range.ts';
import type { HeatFn } from './heat-choices.ts';

interface Question {
  readonly place: string;
  readonly property: string;
  readonly fn: HeatFn;
  /** Null: not known before the map has its width. */
  readonly every: string | null;
  readonly range: TimeRange;
}

type HeatAnswer = AnswerOf<'getPlacesIdHeat'>;

/** One property of all devices of a place; asks when all is known. */
export function useHeat(question: MaybeRefOrGetter<Question>) {
  const api = useApi();
  return reactive(
    useQuery({
      queryKey: computed(() => ['heat', toValue(question)]),
      queryFn: () => {
        const { every, fn, place, property, range } = toValue(question);
        const query = {
          property,
          fn,
          ...(every === null ? {} : { every }),
          from: new Date(range.from).toISOString(),
          to: new Date(range.to).toISOString(),
        };
        return answerOf(api.GET('/api/v1/places/{id}/heat', { params: { path: { id: place }, query } }));
      },
      enabled: computed(() => {
        const { every, place, property } = toValue(question);
        return place !== '' && property !== '' && every !== null;
      }),
      // While another time of the same is read; of another place or property it would be wrong.
      placeholderData: (before: HeatAnswer | undefined, query): HeatAnswer | undefined => {
        const asked = query?.queryKey[1] as Question | undefined;
        const { fn, place, property } = toValue(question);
        return asked?.place === place && asked.property === property && asked.fn === fn ? before : undefined;
      },
      gcTime: 120_000,
    }),
  );
}

/** What the devices of a place ever said: each property with those that said it, what most said first. */
export function useSaid(place: MaybeRefOrGetter<string>) {
  const api = useApi();
  return reactive(
    useQuery({
      queryKey: computed(() => ['places', toValue(place), 'properties']),
      queryFn: () =>
        answerOf(api.GET('/api/v1/places/{id}/properties', { params: { path: { id: toValue(place) } } })),
      enabled: computed(() => toValue(place) !== ''),
      staleTime: 60_000,
    }),
  );
}
