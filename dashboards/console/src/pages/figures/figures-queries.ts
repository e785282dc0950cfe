import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { AnswerOf, QueryOf, Task } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';

export const kinds = ['daily', 'weekly', 'monthly'] as const;
export type Kind = (typeof kinds)[number];
export type Report = AnswerOf<'getSummariesKind'>;
export type Workload = AnswerOf<'getWorkload'>;

/** Which report: of the day, week or month that a date lies in; empty: the one under way, everywhere. */
export interface Wanted {
  readonly kind: Kind;
  readonly date: string;
  readonly place: string;
}

const given = ({ date, place }: Pick<Wanted, 'date' | 'place'>) => ({
  ...(date === '' ? {} : { date }),
  ...(place === '' ? {} : { place }),
});

/** The address of the same report in another format. */
export const fileOf = (wanted: Wanted, format: 'csv' | 'html' | 'xlsx', lang: string): string =>
  `/api/v1/summaries/${wanted.kind}?${new URLSearchParams({ ...given(wanted), format, lang }).toString()}`;

export function useReport(wanted: MaybeRefOrGetter<Wanted>, isEnabled: MaybeRefOrGetter<boolean>) {
  const api = useApi();
  return useQuery({
    queryKey: ['figures', computed(() => toValue(wanted))],
    queryFn: async (): Promise<Report> => {
      const { kind, ...rest } = toValue(wanted);
      const params = { path: { kind }, query: given(rest) };
      const answer = await answerOf(api.GET('/api/v1/summaries/{kind}', { params }));
      if (typeof answer === 'string') throw new Error('a report that is no JSON');
      return answer;
    },
    enabled: () => toValue(isEnabled),
  });
}

/** What people carry in the period of a report; without one in the last 30 days. */
export function useWorkload(
  asked: MaybeRefOrGetter<{ readonly period: Report['period'] | null; readonly place: string }>,
  isEnabled: MaybeRefOrGetter<boolean>,
) {
  const api = useApi();
  return useQuery({
    queryKey: ['figures', 'workload', computed(() => toValue(asked))],
    queryFn: () => {
      const { period, place } = toValue(asked);
      const query = { ...period, ...(place === '' ? {} : { place }) };
      return answerOf(api.GET('/api/v1/workload', { params: { query } }));
    },
    enabled: () => toValue(isEnabled),
  });
}

export type TaskQuestion = Omit<QueryOf<'getTasks'>, 'limit' | 'cursor'>;

/** The tasks behind a figure, page by page. */
export function useFigureTasks(question: MaybeRefOrGetter<TaskQuestion>, cursor: MaybeRefOrGetter<string>) {
  const api = useApi();
  return useQuery({
    queryKey: ['figures', 'tasks', computed(() => toValue(question)), computed(() => toValue(cursor))],
    queryFn: (): Promise<{ items: Task[]; next: string | null }> => {
      const next = toValue(cursor);
      const query = {
        ...toValue(question),
        limit: 100,
        history: 1,
        ...(next === '' ? {} : { cursor: next }),
      };
      return answerOf(api.GET('/api/v1/tasks', { params: { query } }));
    },
  });
}
