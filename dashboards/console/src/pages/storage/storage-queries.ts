import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { reactive } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';

export type Storage = AnswerOf<'getHistoryStorage'>;
export type HistoryStatus = AnswerOf<'getHistory'>;

const refreshMs = 60_000;

/** What history holds, and how it is. */
export function useStorage() {
  const api = useApi();
  return reactive(
    useQuery({
      queryKey: ['storage'],
      queryFn: async () => {
        const [storage, status] = await Promise.all([
          answerOf(api.GET('/api/v1/history/storage')),
          answerOf(api.GET('/api/v1/history')),
        ]);
        return { storage, status };
      },
      refetchInterval: refreshMs,
    }),
  );
}

/** Writes the files anew, or makes all roll-ups anew; answers when that is done. */
export function useUpkeep() {
  const api = useApi();
  const queries = useQueryClient();
  return reactive(
    useMutation({
      mutationFn: (deed: Upkeep) =>
        deed === 'compact'
          ? answerOf(api.POST('/api/v1/history/compact'))
          : answerOf(api.POST('/api/v1/history/rebuild')),
      onSettled: () => queries.invalidateQueries({ queryKey: ['storage'] }),
    }),
  );
}

export type Upkeep = 'compact' | 'rebuild';
