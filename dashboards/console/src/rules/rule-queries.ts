import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { answerOf, doneOf } from '../api/client.ts';
import type { AnswerOf } from '../api/types.ts';
import { useApi } from '../api/use-api.ts';
import { allPages } from '../queries/all-pages.ts';
import { managers } from '../session/role-groups.ts';
import { useSession } from '../session/session.ts';

export type RuleView = AnswerOf<'getRulesId'>;
export type RuleVersion = AnswerOf<'getRulesIdVersions'>['items'][number];

/** Every rule with how it does. */
export function useRules() {
  const api = useApi();
  return useQuery({
    queryKey: ['rules', 'all'],
    queryFn: () => allPages<RuleView>((query) => answerOf(api.GET('/api/v1/rules', { params: { query } }))),
    refetchInterval: 30_000,
  });
}

export function useRule(id: MaybeRefOrGetter<string>) {
  const api = useApi();
  return useQuery({
    queryKey: computed(() => ['rules', 'one', toValue(id)]),
    queryFn: () => answerOf(api.GET('/api/v1/rules/{id}', { params: { path: { id: toValue(id) } } })),
    refetchInterval: 30_000,
  });
}

/** Reads one at once, past what is kept. */
export function useReadRule() {
  const api = useApi();
  return (id: string): Promise<RuleView> =>
    answerOf(api.GET('/api/v1/rules/{id}', { params: { path: { id } } }));
}

/** Newest first. */
export function useRuleVersions(id: MaybeRefOrGetter<string>) {
  const api = useApi();
  return useQuery({
    queryKey: computed(() => ['rules', 'versions', toValue(id)]),
    queryFn: () =>
      answerOf(
        api.GET('/api/v1/rules/{id}/versions', {
          params: { path: { id: toValue(id) }, query: { limit: 100 } },
        }),
      ),
  });
}

/** Rules are the whole community's: who is bound to some of its places only looks. */
export function useMayEditRules() {
  const session = useSession();
  return computed(() => session.hasRole(...managers) && session.who.value?.user.places === null);
}

/** What somebody changes at a rule; everything about rules is read anew after. */
export function useRuleChanges() {
  const api = useApi();
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: ['rules'] });
  return {
    /** On, off, into the shadow and out of it. */
    turn: useMutation({
      mutationFn: ({ id, ...body }: { id: string; enabled?: boolean | null; shadow?: boolean | null }) =>
        answerOf(api.PATCH('/api/v1/rules/{id}', { params: { path: { id } }, body })),
      onSettled,
    }),
    /** `version`: the one that it was made from; 0: none may stand. */
    write: useMutation({
      mutationFn: ({ id, text, version }: { id: string; text: string; version: number }) =>
        answerOf(
          api.PUT('/api/v1/rules/{id}', {
            params: { path: { id }, query: { version } },
            body: text,
            bodySerializer: (body) => body as string,
            headers: { 'content-type': 'application/yaml' },
          }),
        ),
      onSettled,
    }),
    remove: useMutation({
      mutationFn: (id: string) => doneOf(api.DELETE('/api/v1/rules/{id}', { params: { path: { id } } })),
      onSettled,
    }),
  };
}
