import { useQuery } from '@tanstack/vue-query';
import { refDebounced } from '@vueuse/core';
import { computed, type Ref } from 'vue';
import { answerOf } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import type { Problem } from '../../yaml-editor/problem-span.ts';

const restMs = 350;

/** What the platform says of the text, asked when one rests from writing. */
export function useRuleCheck(text: Readonly<Ref<string>>, id: Readonly<Ref<string | undefined>>) {
  const api = useApi();
  const settled = refDebounced(text, restMs);
  const query = useQuery({
    queryKey: computed(() => ['rule-check', id.value ?? '', settled.value]),
    queryFn: () => answerOf(api.POST('/api/v1/rules/check', { body: { text: settled.value } })),
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  });
  const isCurrent = computed(() => settled.value === text.value && !query.isFetching.value);
  return {
    problems: computed<readonly Problem[]>(() => query.data.value?.problems ?? []),
    /** `unknown`: it could not be asked. */
    state: computed(() => {
      if (!isCurrent.value) return 'checking' as const;
      return query.error.value === null ? ('checked' as const) : ('unknown' as const);
    }),
  };
}
