import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { refDebounced } from '@vueuse/core';
import { computed, type MaybeRefOrGetter, type Ref, toValue } from 'vue';
import { answerOf, doneOf } from '../../api/client.ts';
import type { AnswerOf, Device } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import { allPages } from '../../queries/all-pages.ts';
import type { ShownSample } from './samples.ts';

export type MappingView = AnswerOf<'getMappings'>['items'][number];
export type Trial = AnswerOf<'postMappingsTry'>;
export type TriedSample = Trial['samples'][number];
export type Mapping = NonNullable<Trial['mapping']>;

/** All mappings, by id. */
export function useMappings() {
  const api = useApi();
  return useQuery({
    queryKey: ['mappings'],
    queryFn: () =>
      allPages<MappingView>((query) => answerOf(api.GET('/api/v1/mappings', { params: { query } }))),
  });
}

/** Gateways, and by which mapping each is read. */
export function useGateways() {
  const api = useApi();
  return useQuery({
    queryKey: ['devices', 'gateways'],
    queryFn: () =>
      allPages<Device>((query) =>
        answerOf(api.GET('/api/v1/devices', { params: { query: { ...query, kind: 'gateway' } } })),
      ),
  });
}

const restMs = 350;

const bodyOf = ({ bytes, payload, topic }: ShownSample) =>
  bytes === null ? { topic, payload } : { topic, base64: bytes };

/** What the samples become by the text, asked when one rests from writing. */
export function useTrial(
  text: Readonly<Ref<string>>,
  samples: Readonly<Ref<readonly ShownSample[]>>,
  gateway: MaybeRefOrGetter<string | undefined>,
) {
  const api = useApi();
  // As a text, so that what is asked anew can be told from what is the same.
  const asked = computed(() =>
    JSON.stringify({
      text: text.value,
      samples: samples.value.map(bodyOf),
      ...(toValue(gateway) === undefined ? {} : { gateway: toValue(gateway) }),
    }),
  );
  const settled = refDebounced(asked, restMs);
  const query = useQuery({
    queryKey: computed(() => ['mapping-trial', settled.value]),
    queryFn: () =>
      answerOf(api.POST('/api/v1/mappings/try', { body: JSON.parse(settled.value) as { text: string } })),
    // What was said of the text before stands until there is something newer.
    placeholderData: (before: Trial | undefined) => before,
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  });
  const isCurrent = computed(() => settled.value === asked.value && !query.isFetching.value);
  return {
    trial: computed(() => query.data.value ?? null),
    state: computed(() => {
      if (!isCurrent.value) return 'checking' as const;
      return query.error.value === null ? ('checked' as const) : ('unknown' as const);
    }),
  };
}

export function useMappingChanges() {
  const api = useApi();
  const queries = useQueryClient();
  const afresh = async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey: ['mappings'] });
  };
  return {
    suggest: useMutation({
      mutationFn: ({ id, samples }: { id: string; samples: readonly ShownSample[] }) =>
        answerOf(
          api.POST('/api/v1/mappings/suggest', {
            body: {
              id,
              samples: samples.map(bodyOf),
            },
          }),
        ),
      retry: false,
    }),
    /** What a text says, and what is wrong with it. */
    read: useMutation({
      mutationFn: (text: string) => answerOf(api.POST('/api/v1/mappings/try', { body: { text } })),
      retry: false,
    }),
    create: useMutation({
      mutationFn: (body: Mapping) => answerOf(api.POST('/api/v1/mappings', { body })),
      retry: false,
      onSuccess: afresh,
    }),
    /** What the new one does not say is taken away. */
    change: useMutation({
      mutationFn: ({ id, ...body }: Mapping) =>
        answerOf(
          api.PATCH('/api/v1/mappings/{id}', {
            params: { path: { id } },
            body: { name: null, format: null, ...body } as object,
          }),
        ),
      retry: false,
      onSuccess: afresh,
    }),
    remove: useMutation({
      mutationFn: (id: string) => doneOf(api.DELETE('/api/v1/mappings/{id}', { params: { path: { id } } })),
      retry: false,
      onSuccess: afresh,
    }),
    assign: useMutation({
      mutationFn: ({ gateway, mapping }: { gateway: string; mapping: string }) =>
        answerOf(
          api.PATCH('/api/v1/devices/{id}', {
            params: { path: { id: gateway } },
            body: { dialect: 'custom', mapping },
          }),
        ),
      retry: false,
      onSuccess: () => queries.invalidateQueries({ queryKey: ['devices'] }),
    }),
  };
}
