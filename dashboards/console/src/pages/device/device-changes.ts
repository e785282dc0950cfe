import { useMutation, useQueryClient } from '@tanstack/vue-query';
import { answerOf } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';

interface Of {
  readonly id: string;
  readonly reason?: string;
}
export interface Replacement extends Of {
  /** What its gateway brought beside it. */
  readonly by?: string;
  /** What has not spoken yet, as its gateway will call it. */
  readonly address?: string;
  readonly serial?: string;
}

/** Another thing in its place, live, out of use and back; all that shows devices follows. */
export function useDeviceChanges() {
  const api = useApi();
  const queries = useQueryClient();
  const onSettled = (): void => {
    for (const key of ['device', 'devices', 'unclaimed', 'gateways'])
      void queries.invalidateQueries({ queryKey: [key] });
  };
  return {
    replace: useMutation({
      mutationFn: ({ id, ...body }: Replacement) =>
        answerOf(api.POST('/api/v1/devices/{id}/replace', { params: { path: { id } }, body })),
      onSettled,
    }),
    retire: useMutation({
      mutationFn: ({ id, ...body }: Of) =>
        answerOf(api.POST('/api/v1/devices/{id}/retire', { params: { path: { id } }, body })),
      onSettled,
    }),
    goLive: useMutation({
      mutationFn: ({ id, ...body }: Of) =>
        answerOf(api.POST('/api/v1/devices/{id}/go-live', { params: { path: { id } }, body })),
      onSettled,
    }),
    putBack: useMutation({
      mutationFn: ({ id, ...body }: Of) =>
        answerOf(api.POST('/api/v1/devices/{id}/put-back', { params: { path: { id } }, body })),
      onSettled,
    }),
  };
}
