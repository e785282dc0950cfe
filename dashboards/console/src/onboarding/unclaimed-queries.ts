import { useMutation, useQueryClient } from '@tanstack/vue-query';
import { type MaybeRefOrGetter, toValue } from 'vue';
import { answerOf } from '../api/client.ts';
import type { AnswerOf, QueryOf } from '../api/types.ts';
import { useApi } from '../api/use-api.ts';
import { useListByPages } from '../queries/list-by-pages.ts';

/** What a gateway brought and nobody gave a place yet. */
export type Unclaimed = AnswerOf<'getDevicesUnclaimed'>['items'][number];
export type UnclaimedFilter = Pick<QueryOf<'getDevicesUnclaimed'>, 'gateway' | 'place' | 'kind' | 'q'>;
export type ClaimsAnswer = AnswerOf<'postDevicesClaims'>;

const refreshMs = 30_000;

/** Page by page: a gateway may bring a thousand. */
export function useUnclaimed(filter: MaybeRefOrGetter<UnclaimedFilter>) {
  const api = useApi();
  return useListByPages({
    key: () => ['unclaimed', toValue(filter)],
    pageSize: 100,
    refreshMs,
    read: (page) =>
      answerOf(api.GET('/api/v1/devices/unclaimed', { params: { query: { ...toValue(filter), ...page } } })),
  });
}

/** What is said of a device with its place; what is empty is not said. */
export interface ClaimWords {
  readonly place: string;
  readonly kind?: string;
  readonly name?: string;
  readonly resident?: string;
  readonly live?: boolean;
}
export type ListedClaim = ClaimWords &
  ({ readonly id: string } | { readonly gateway: string; readonly address: string });

/** Gives devices their place; all that shows devices follows. */
export function useClaims() {
  const api = useApi();
  const queries = useQueryClient();
  // Not waited for: the page that claimed has its own word to say before the lists have moved.
  const onSettled = (): void => {
    for (const key of ['unclaimed', 'devices', 'device', 'gateways'])
      void queries.invalidateQueries({ queryKey: [key] });
  };
  const isDry = { params: { query: { dryRun: true } } };
  const csv = { headers: { 'content-type': 'text/csv' }, bodySerializer: (body: unknown) => String(body) };
  return {
    one: useMutation({
      mutationFn: ({
        id,
        version,
        ...claim
      }: ClaimWords & { readonly id: string; readonly version: number }) =>
        answerOf(
          api.POST('/api/v1/devices/{id}/claim', { params: { path: { id } }, body: { ...claim, version } }),
        ),
      onSettled,
    }),
    many: useMutation({
      mutationFn: (claims: readonly ListedClaim[]) =>
        answerOf(api.POST('/api/v1/devices/claims', { body: { claims } })),
      onSettled,
    }),
    /** What a list would do; nothing is done. */
    tryList: useMutation({
      mutationFn: (text: string) =>
        answerOf(api.POST('/api/v1/devices/claims', { ...isDry, ...csv, body: text })),
    }),
    list: useMutation({
      mutationFn: (text: string) => answerOf(api.POST('/api/v1/devices/claims', { ...csv, body: text })),
      onSettled,
    }),
  };
}
