import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { reactive } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';

export type Flows = AnswerOf<'getFlows'>;
export type FlowsVersion = AnswerOf<'getFlowsVersions'>['items'][number];

const refreshMs = 3_000;

/** How flows are, and what was deployed. */
export function useFlows() {
  const api = useApi();
  return reactive(
    useQuery({
      queryKey: ['flows'],
      queryFn: async () => {
        const [flows, { items: versions }] = await Promise.all([
          answerOf(api.GET('/api/v1/flows')),
          answerOf(api.GET('/api/v1/flows/versions')),
        ]);
        return { flows, versions };
      },
      refetchInterval: refreshMs,
    }),
  );
}

export type FlowsOrder = 'start' | 'stop' | 'safe-mode';

/** Starts, stops or pauses flows; answers when those that ran before have ended. */
export function useFlowsOrder() {
  const api = useApi();
  const queries = useQueryClient();
  return reactive(
    useMutation({
      mutationFn: (order: FlowsOrder) => {
        switch (order) {
          case 'start':
            return answerOf(api.POST('/api/v1/flows/start'));
          case 'stop':
            return answerOf(api.POST('/api/v1/flows/stop'));
          case 'safe-mode':
            return answerOf(api.POST('/api/v1/flows/safe-mode'));
        }
      },
      onSettled: () => queries.invalidateQueries({ queryKey: ['flows'] }),
    }),
  );
}

/** Deploys a version again. */
export function usePutBack() {
  const api = useApi();
  const queries = useQueryClient();
  return reactive(
    useMutation({
      mutationFn: (id: string) =>
        answerOf(api.POST('/api/v1/flows/versions/{id}/put-back', { params: { path: { id } } })),
      onSettled: () => queries.invalidateQueries({ queryKey: ['flows'] }),
    }),
  );
}
