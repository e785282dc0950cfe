import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, reactive, toValue } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { Alarm, LocalText } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import { useListByPages } from '../../queries/list-by-pages.ts';
import { ruleReaders } from '../../session/role-groups.ts';
import { useSession } from '../../session/session.ts';
import type { AlarmQuestion } from './alarm-filters.ts';

export type Disposition = NonNullable<Alarm['disposition']>;

/** Alarms that fit, newest first, page by page; read anew when the stream tells of one. */
export function useAlarms(question: MaybeRefOrGetter<AlarmQuestion>) {
  const api = useApi();
  return useListByPages({
    key: () => ['alarms', toValue(question)],
    pageSize: 50,
    read: (page) =>
      answerOf(api.GET('/api/v1/alarms', { params: { query: { ...toValue(question), ...page } } })),
  });
}

export function useAlarm(id: MaybeRefOrGetter<string>) {
  const api = useApi();
  return reactive(
    useQuery({
      queryKey: computed(() => ['alarm', toValue(id)]),
      queryFn: () => answerOf(api.GET('/api/v1/alarms/{id}', { params: { path: { id: toValue(id) } } })),
    }),
  );
}

/** The tasks that an alarm belongs to, as far as this person may see them. */
export function useTasksOf(ids: MaybeRefOrGetter<readonly string[]>) {
  const api = useApi();
  return reactive(
    useQuery({
      queryKey: computed(() => ['tasks', 'of-alarm', toValue(ids)]),
      queryFn: async () => {
        const answers = await Promise.allSettled(
          toValue(ids).map((id) => answerOf(api.GET('/api/v1/tasks/{id}', { params: { path: { id } } }))),
        );
        return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
      },
      enabled: computed(() => toValue(ids).length > 0),
    }),
  );
}

/** The rules by which alarms may be narrowed; none for those who may not read them. */
export function useRuleNames() {
  const api = useApi();
  const session = useSession();
  return useQuery({
    queryKey: ['rules'],
    queryFn: () => answerOf(api.GET('/api/v1/rules', { params: { query: { limit: 1_000 } } })),
    enabled: computed(() => session.hasRole(...ruleReaders)),
    staleTime: 10 * 60_000,
  });
}

/** A rule that does not load is shown with whatever was written for its name. */
export const nameOfRule = (name: unknown): LocalText | string | undefined =>
  typeof name === 'string' || (typeof name === 'object' && name !== null) ? name : undefined;

/** What people say of an alarm; the answer is shown at once, lists follow. */
export function useAnswers() {
  const api = useApi();
  const queries = useQueryClient();
  const onSuccess = (alarm: Alarm): void => {
    queries.setQueryData(['alarm', alarm.id], alarm);
    for (const key of ['alarms', 'overview']) void queries.invalidateQueries({ queryKey: [key] });
  };
  return {
    acknowledge: reactive(
      useMutation({
        mutationFn: ({ id, comment }: { id: string; comment: string }) =>
          answerOf(
            api.POST('/api/v1/alarms/{id}/acknowledge', {
              params: { path: { id } },
              body: comment.trim() === '' ? {} : { comment },
            }),
          ),
        onSuccess,
      }),
    ),
    dispose: reactive(
      useMutation({
        mutationFn: ({
          id,
          comment,
          disposition,
        }: {
          id: string;
          comment: string;
          disposition: Disposition;
        }) =>
          answerOf(
            api.POST('/api/v1/alarms/{id}/dispose', {
              params: { path: { id } },
              body: { disposition, ...(comment.trim() === '' ? {} : { comment }) },
            }),
          ),
        onSuccess,
      }),
    ),
  };
}
