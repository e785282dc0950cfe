import { useQueryClient } from '@tanstack/vue-query';
import { problemOf } from '../api/problem.ts';
import type { Task } from '../api/types.ts';

/** Where the picture itself is, for an `img` of this page. */
export const photoAddress = (task: string, photo: string): string =>
  `/api/v1/tasks/${encodeURIComponent(task)}/photos/${encodeURIComponent(photo)}`;

/** Adds a photo of the work; the task as it stands then is shown everywhere. Throws an ApiProblem. */
export function useAddPhoto(): (task: string, file: File) => Promise<Task> {
  const queries = useQueryClient();
  return async (task, file) => {
    const response = await fetch(`/api/v1/tasks/${encodeURIComponent(task)}/evidence`, {
      method: 'POST',
      headers: { 'content-type': file.type.startsWith('image/') ? file.type : 'application/octet-stream' },
      body: file,
    });
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) throw problemOf(body, response);
    const now = body as Task;
    queries.setQueryData(['task', task], now);
    void queries.invalidateQueries({ queryKey: ['tasks'] });
    return now;
  };
}
