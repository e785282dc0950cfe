import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answerOf, doneOf } from '../../api/client.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import { allPages } from '../../queries/all-pages.ts';
import { modeSetters } from '../../session/role-groups.ts';
import { useSession } from '../../session/session.ts';

export type Mode = AnswerOf<'getModes'>['items'][number];
export type ModeName = Mode['mode'];

/** The modes that are set, as far as this person may see them. */
export function useModes() {
  const api = useApi();
  return useQuery({
    queryKey: ['modes'],
    queryFn: () => allPages<Mode>((query) => answerOf(api.GET('/api/v1/modes', { params: { query } }))),
    refetchInterval: 60_000,
  });
}

export const useMaySetModes = () => {
  const session = useSession();
  return computed(() => session.hasRole(...modeSetters));
};

/** Sets and ends modes; the list follows. */
export function useModeChanges() {
  const api = useApi();
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: ['modes'] });
  return {
    set: useMutation({
      mutationFn: (mode: Mode) => answerOf(api.PUT('/api/v1/modes', { body: mode })),
      onSettled,
    }),
    end: useMutation({
      mutationFn: ({ target, mode }: Pick<Mode, 'target' | 'mode'>) =>
        doneOf(api.DELETE('/api/v1/modes', { body: { target, mode } })),
      onSettled,
    }),
  };
}
