import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import { allPages } from '../../queries/all-pages.ts';
import { overseers, planners } from '../../session/role-groups.ts';
import { useSession } from '../../session/session.ts';

export type Roster = AnswerOf<'getRosters'>['items'][number];
export type Coverage = AnswerOf<'getCoverage'>;
export type Gap = Coverage['rosterGaps'][number];

export function useRosters() {
  const api = useApi();
  return useQuery({
    queryKey: ['rosters'],
    queryFn: () => allPages<Roster>((query) => answerOf(api.GET('/api/v1/rosters', { params: { query } }))),
  });
}

/** What nobody looks after; for those who oversee a place. */
export function useCoverage() {
  const api = useApi();
  const session = useSession();
  return useQuery({
    queryKey: ['coverage'],
    queryFn: () => answerOf(api.GET('/api/v1/coverage')),
    enabled: computed(() => session.hasRole(...overseers)),
    refetchInterval: 5 * 60_000,
  });
}

export const useMayPlan = () => {
  const session = useSession();
  return computed(() => session.hasRole(...planners));
};

/** Sets the shifts of a roster, or makes it; gaps are counted anew. */
export function useSaveRoster() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ isNew, place, role, shifts }: Omit<Roster, 'id'> & { isNew: boolean }) =>
      isNew
        ? answerOf(api.POST('/api/v1/rosters', { body: { place, role, shifts } }))
        : answerOf(
            api.PATCH('/api/v1/rosters/{id}', {
              params: { path: { id: `${place}.${role}` } },
              body: { shifts },
            }),
          ),
    retry: false,
    onSuccess: () =>
      Promise.all(['rosters', 'coverage'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}
