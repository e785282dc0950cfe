import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';

export type QuarantineGroup = AnswerOf<'getQuarantineGroups'>['items'][number];
export type ReplayAnswer = AnswerOf<'postQuarantineReplay'>;

/** What went wrong in the same way, what is held first. */
export function useQuarantineGroups(state: MaybeRefOrGetter<'held' | undefined>) {
  const api = useApi();
  return useQuery({
    queryKey: ['quarantine', computed(() => toValue(state) ?? 'all')],
    queryFn: () => {
      const chosen = toValue(state);
      return answerOf(
        api.GET('/api/v1/quarantine/groups', {
          params: { query: { limit: 200, ...(chosen === undefined ? {} : { state: chosen }) } },
        }),
      );
    },
    refetchInterval: 30_000,
  });
}

/** Reads a whole group again. */
export function useReplay() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ device, dialect, property, reason }: QuarantineGroup) =>
      answerOf(
        api.POST('/api/v1/quarantine/replay', { body: { filter: { device, dialect, property, reason } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['quarantine'] }),
  });
}
