import { useMutation, useQueryClient } from '@tanstack/vue-query';
import { answerOf } from '../api/client.ts';
import type { Task } from '../api/types.ts';
import { useApi } from '../api/use-api.ts';

/** What people say to a care ladder; what came of it is shown at once. */
export function useLadderWords(id: () => string) {
  const api = useApi();
  const queries = useQueryClient();
  const onSuccess = (task: Task): void => {
    queries.setQueryData(['task', task.id], task);
    void queries.invalidateQueries({ queryKey: ['tasks'] });
  };
  const comes = useMutation({
    mutationFn: async (minutes: number) =>
      answerOf(
        api.POST('/api/v1/tasks/{id}/on-my-way', { params: { path: { id: id() } }, body: { minutes } }),
      ),
    retry: false,
    onSuccess,
  });
  const answers = useMutation({
    mutationFn: async (outcome: 'well' | 'needs-help' | 'no-answer') =>
      answerOf(
        api.POST('/api/v1/tasks/{id}/resident-answer', { params: { path: { id: id() } }, body: { outcome } }),
      ),
    retry: false,
    onSuccess,
  });
  return { comes, answers };
}
