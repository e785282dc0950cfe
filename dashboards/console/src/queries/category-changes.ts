import { useMutation, useQueryClient } from '@tanstack/vue-query';
import { answerOf, doneOf } from '../api/client.ts';
import type { Category } from '../api/types.ts';
import { useApi } from '../api/use-api.ts';

/** Makes, changes and deletes categories; everything that names them is read anew. */
export function useCategoryChanges() {
  const api = useApi();
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: ['categories'] });
  return {
    create: useMutation({
      mutationFn: (body: Category) => answerOf(api.POST('/api/v1/categories', { body })),
      retry: false,
      onSuccess,
    }),
    /** Fields that are null are taken away (RFC 7396). */
    change: useMutation({
      mutationFn: ({ id, body }: { id: string; body: object }) =>
        answerOf(api.PATCH('/api/v1/categories/{id}', { params: { path: { id } }, body })),
      retry: false,
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: (id: string) => doneOf(api.DELETE('/api/v1/categories/{id}', { params: { path: { id } } })),
      retry: false,
      onSuccess,
    }),
  };
}
