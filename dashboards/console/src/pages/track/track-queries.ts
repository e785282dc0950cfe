import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type Ref, reactive, ref } from 'vue';
import { answerOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import { useTexts } from '../../i18n/texts.ts';

export type Tracked = AnswerOf<'getTrackCode'>;

const keyOf = (code: string) => ['track', code] as const;

/** How far a report is; asked again each minute. */
export function useTracked(code: Ref<string>) {
  const api = useApi();
  return reactive(
    useQuery({
      queryKey: computed(() => keyOf(code.value)),
      queryFn: () => answerOf(api.GET('/api/v1/track/{code}', { params: { path: { code: code.value } } })),
      enabled: computed(() => code.value !== ''),
      refetchInterval: 60_000,
      retry: false,
    }),
  );
}

/** What the resident answers: stars, or that it is not done. */
export function useAnswering(code: Ref<string>) {
  const api = useApi();
  const queries = useQueryClient();
  const { t } = useTexts();
  const isBusy = ref(false);
  const problem = ref<string | null>(null);

  const wordsOf = (error: unknown): string => {
    const given = error instanceof ApiProblem ? error.code : 'internal';
    if (given === 'too-many-requests') return t('track.problem-many');
    if (given === 'wrong-state' || given === 'limit-reached') return t('track.problem-over');
    return t('track.problem-other');
  };
  async function ask(request: () => Promise<Tracked>): Promise<boolean> {
    problem.value = null;
    isBusy.value = true;
    try {
      queries.setQueryData(keyOf(code.value), await request());
      return true;
    } catch (error) {
      problem.value = wordsOf(error);
      return false;
    } finally {
      isBusy.value = false;
    }
  }
  const params = () => ({ path: { code: code.value } });

  return {
    isBusy,
    problem,
    rate: (rating: number, words: string) =>
      ask(() =>
        answerOf(
          api.POST('/api/v1/track/{code}/evaluate', {
            params: params(),
            body: { rating, ...(words.trim() === '' ? {} : { words: words.trim() }) },
          }),
        ),
      ),
    reopen: (reason: string) =>
      ask(() => answerOf(api.POST('/api/v1/track/{code}/reopen', { params: params(), body: { reason } }))),
  };
}
export type Answering = ReturnType<typeof useAnswering>;
