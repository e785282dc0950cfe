import { useQueries } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { answerOf } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';

/** What each of these devices said last of what this person may see: nothing else is offered. */
export function useLatestOf(devices: MaybeRefOrGetter<readonly string[]>) {
  const api = useApi();
  return useQueries({
    queries: computed(() =>
      toValue(devices).map((id) => ({
        queryKey: ['device', id, 'latest'],
        queryFn: () => answerOf(api.GET('/api/v1/devices/{id}/latest', { params: { path: { id } } })),
        staleTime: 20_000,
      })),
    ),
    combine: (reads) => ({
      isPending: reads.some(({ isPending }) => isPending),
      failed: reads.find(({ error, data }) => error !== null && data === undefined),
      latest: new Map(toValue(devices).map((id, index) => [id, reads[index]?.data])),
    }),
  });
}
