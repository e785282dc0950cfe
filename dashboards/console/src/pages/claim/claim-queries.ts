import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { type ApiClient, answerOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import type { Device } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import type { Unclaimed } from '../../onboarding/unclaimed-queries.ts';

/** As a label names it: by its gateway and the name that it has there, or by its id. */
export interface Named {
  readonly gateway: string;
  readonly address: string;
  readonly id: string;
}

/** What stands of the thing with that label. */
export type Thing =
  | { readonly state: 'unclaimed'; readonly device: Unclaimed }
  | { readonly state: 'known'; readonly device: Device }
  /** Nothing was heard of it, and its gateway is one of ours. */
  | { readonly state: 'unheard' }
  | { readonly state: 'nothing' };

const nothing = { state: 'nothing' } as const;

async function deviceOf(api: ApiClient, id: string): Promise<Device | null> {
  try {
    return await answerOf(api.GET('/api/v1/devices/{id}', { params: { path: { id } } }));
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
}

async function carriedOf(api: ApiClient, gateway: string, address: string): Promise<Thing> {
  const query = { gateway, address };
  const unclaimed = await answerOf(api.GET('/api/v1/devices/unclaimed', { params: { query } }));
  const [brought] = unclaimed.items;
  if (brought !== undefined) return { state: 'unclaimed', device: brought };
  for (const retired of [{}, { retired: 'true' as const }]) {
    const { items } = await answerOf(
      api.GET('/api/v1/devices', { params: { query: { ...query, ...retired } } }),
    );
    const [device] = items;
    if (device !== undefined) return { state: 'known', device };
  }
  const { items } = await answerOf(api.GET('/api/v1/gateways', { params: { query: { limit: 1_000 } } }));
  return items.some(({ id }) => id === gateway) ? { state: 'unheard' } : nothing;
}

async function thingOf(api: ApiClient, { address, gateway, id }: Named): Promise<Thing> {
  if (gateway !== '' && address !== '') return carriedOf(api, gateway, address);
  const device = id === '' ? null : await deviceOf(api, id);
  if (device === null) return nothing;
  return device.unclaimed && device.gateway !== undefined && device.address !== undefined
    ? carriedOf(api, device.gateway, device.address)
    : { state: 'known', device };
}

/** Reads what stands of it, until somebody begins to say where it is. */
export function useThing(named: MaybeRefOrGetter<Named>) {
  const api = useApi();
  return useQuery({
    queryKey: ['thing', computed(() => toValue(named))],
    queryFn: () => thingOf(api, toValue(named)),
    refetchInterval: 10_000,
  });
}
