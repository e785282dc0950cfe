import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { answerOf } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';

/** One evaluation of the rule for a device. */
export interface TraceEntry {
  readonly at: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outcome: string;
  /** In English, for those who want to know it exactly. */
  readonly reason: string;
}

/** Newest first; read anew every few seconds while it is looked at. */
export function useTrace(rule: MaybeRefOrGetter<string>, device: MaybeRefOrGetter<string>) {
  const api = useApi();
  return useQuery({
    queryKey: computed(() => ['trace', toValue(rule), toValue(device)]),
    queryFn: async () => {
      const params = { path: { id: toValue(rule) }, query: { device: toValue(device) } };
      const { items } = await answerOf(api.GET('/api/v1/rules/{id}/trace', { params }));
      return items.flatMap((item) => entryOf(item) ?? []).reverse();
    },
    enabled: computed(() => toValue(device) !== ''),
    refetchInterval: 5_000,
  });
}

function entryOf(item: unknown): TraceEntry | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { at, inputs, outcome, reason } = item as Readonly<Record<string, unknown>>;
  if (typeof at !== 'string' || typeof outcome !== 'string') return undefined;
  return {
    at,
    outcome,
    inputs: typeof inputs === 'object' && inputs !== null ? { ...inputs } : {},
    reason: typeof reason === 'string' ? reason : '',
  };
}
