import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import { type ShownSample, sampleFromBase64 } from './samples.ts';

export type HeldGroup = AnswerOf<'getQuarantineGroups'>['items'][number];

/** What is held of gateways that are read by mappings. */
export function useHeldGroups(isWanted: MaybeRefOrGetter<boolean>) {
  const api = useApi();
  return useQuery({
    queryKey: ['quarantine', 'custom'],
    queryFn: () =>
      answerOf(
        api.GET('/api/v1/quarantine/groups', {
          params: { query: { dialect: 'custom', state: 'held', limit: 100 } },
        }),
      ),
    enabled: computed(() => toValue(isWanted)),
    refetchInterval: 30_000,
  });
}

const mostSamples = 10;

/** The newest messages of a group, each once. */
export function useHeldSamples() {
  const api = useApi();
  return async ({
    device,
    dialect,
    property,
    reason,
  }: Pick<HeldGroup, 'device' | 'dialect' | 'property' | 'reason'>): Promise<ShownSample[]> => {
    const { items } = await answerOf(
      api.GET('/api/v1/quarantine', {
        params: { query: { device, dialect, reason, state: 'held', limit: 100 } },
      }),
    );
    const seen = new Set<string>();
    return items
      .filter((item) => item.property === property && item.payload !== null)
      .filter(({ payload, topic }) => !seen.has(`${topic} ${payload}`) && seen.add(`${topic} ${payload}`))
      .slice(0, mostSamples)
      .map(({ payload, topic }) => sampleFromBase64(topic, payload ?? ''));
  };
}
