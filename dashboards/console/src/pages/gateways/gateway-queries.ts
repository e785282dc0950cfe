import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answerOf, doneOf } from '../../api/client.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import { allPages } from '../../queries/all-pages.ts';
import { managers } from '../../session/role-groups.ts';
import { useSession } from '../../session/session.ts';

export type Gateway = AnswerOf<'getGateways'>['items'][number];
export type DialectId = Gateway['dialect'];
export interface NewGateway {
  readonly id: string;
  readonly dialect: DialectId;
  readonly place: string;
  readonly name?: string;
  readonly topic?: string;
  readonly mapping?: string;
}

/** The gateways of one's places, with what they carry. */
export function useGateways() {
  const api = useApi();
  return useQuery({
    queryKey: ['gateways'],
    queryFn: () => allPages<Gateway>((query) => answerOf(api.GET('/api/v1/gateways', { params: { query } }))),
    refetchInterval: 20_000,
  });
}

/** What gateways may speak, with the topics that they usually have; read once. */
export function useDialects() {
  const api = useApi();
  return useQuery({
    queryKey: ['dialects'],
    queryFn: () => answerOf(api.GET('/api/v1/dialects')),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The mappings of the community, by which a gateway of the dialect custom is read. */
export function useMappingIds() {
  const api = useApi();
  const session = useSession();
  return useQuery({
    queryKey: ['mappings', 'ids'],
    queryFn: async () => {
      const all = await allPages<{ id: string }>((query) =>
        answerOf(api.GET('/api/v1/mappings', { params: { query } })),
      );
      return all.map(({ id }) => id);
    },
    enabled: computed(() => session.hasRole(...managers)),
  });
}

/** Where gateways connect, for who sets them up. */
export function useListeners() {
  const api = useApi();
  const session = useSession();
  return useQuery({
    queryKey: ['listeners'],
    queryFn: () => answerOf(api.GET('/api/v1/listeners')),
    enabled: computed(() => session.hasRole(...managers)),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useGatewayChanges() {
  const api = useApi();
  const queries = useQueryClient();
  const onSettled = (): Promise<unknown> =>
    Promise.all(
      ['gateways', 'devices', 'unclaimed'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
    );
  return {
    add: useMutation({
      mutationFn: (gateway: NewGateway) => answerOf(api.POST('/api/v1/gateways', { body: gateway })),
      onSettled,
    }),
    checkTopic: useMutation({
      mutationFn: (topic: string) => answerOf(api.POST('/api/v1/gateways/check-topic', { body: { topic } })),
    }),
    newToken: useMutation({
      mutationFn: (id: string) =>
        answerOf(api.POST('/api/v1/devices/{id}/rotate-token', { params: { path: { id } }, body: {} })),
      onSettled,
    }),
    remove: useMutation({
      mutationFn: (id: string) => doneOf(api.DELETE('/api/v1/gateways/{id}', { params: { path: { id } } })),
      onSettled,
    }),
  };
}
