import { useQuery } from '@tanstack/vue-query';
import { reactive } from 'vue';
import { answerOf } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';

/** Devices come and go without an event: for them it is read again. */
const everyMs = 20_000;

/** The first page; read anew with every event of the stream (queries/live-queries.ts). */
export function useOverview() {
  const api = useApi();
  return reactive(
    useQuery({
      queryKey: ['overview'],
      queryFn: () => answerOf(api.GET('/api/v1/overview')),
      refetchInterval: everyMs,
    }),
  );
}
