import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { AnswerOf, QueryOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import { overseers } from '../../session/role-groups.ts';
import { useSession } from '../../session/session.ts';

export type Channel = AnswerOf<'getChannels'>['items'][number];
export type OutboxItem = AnswerOf<'getOutbox'>['items'][number];
export type OutboxState = NonNullable<QueryOf<'getOutbox'>['state']>;
export type Preferences = AnswerOf<'getPreferences'>;

/** How each channel is doing; for those who oversee a place. */
export function useChannels() {
  const api = useApi();
  const session = useSession();
  return useQuery({
    queryKey: ['channels'],
    queryFn: async () => (await answerOf(api.GET('/api/v1/channels'))).items,
    enabled: computed(() => session.hasRole(...overseers)),
    refetchInterval: 15_000,
  });
}

/** What people were told and were not, newest first. */
export function useOutbox(filter: Readonly<Ref<{ state: OutboxState | ''; mine: boolean; limit: number }>>) {
  const api = useApi();
  return useQuery({
    queryKey: ['outbox', filter],
    queryFn: () => {
      const { limit, mine, state } = filter.value;
      const query = { limit, ...(state === '' ? {} : { state }), ...(mine ? { person: 'me' } : {}) };
      return answerOf(api.GET('/api/v1/outbox', { params: { query } }));
    },
    refetchInterval: 15_000,
  });
}

/** How oneself wants to be told; an account without a person is told nothing. */
export function usePreferences() {
  const api = useApi();
  const { who } = useSession();
  return useQuery({
    queryKey: ['preferences'],
    queryFn: () => answerOf(api.GET('/api/v1/preferences')),
    enabled: computed(() => (who.value?.user.person ?? null) !== null),
  });
}

export function useNotificationChanges() {
  const api = useApi();
  const queries = useQueryClient();
  const readAgain = (key: string) => () => queries.invalidateQueries({ queryKey: [key] });
  return {
    prefer: useMutation({
      mutationFn: (body: {
        language: 'zh' | 'en' | null;
        channels: string[] | null;
        quietHours: { from: string; to: string } | null;
      }) => answerOf(api.PATCH('/api/v1/preferences', { body })),
      retry: false,
      onSuccess: (standing) => queries.setQueryData(['preferences'], standing),
    }),
    test: useMutation({
      mutationFn: ({ channel, person }: { channel: string; person: string }) =>
        answerOf(
          api.POST('/api/v1/channels/{id}/test', {
            params: { path: { id: channel } },
            body: person === '' ? {} : { person },
          }),
        ),
      retry: false,
      onSettled: readAgain('channels'),
    }),
    replay: useMutation({
      mutationFn: (body: { ids: number[] } | { channel: string }) =>
        answerOf(api.POST('/api/v1/outbox/replay', { body })),
      retry: false,
      onSettled: () => Promise.all([readAgain('outbox')(), readAgain('channels')()]),
    }),
  };
}
