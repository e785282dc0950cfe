import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';

const refreshMs = 20_000;

/** The device, and how it is. */
export function useDevice(id: MaybeRefOrGetter<string>) {
  const api = useApi();
  return useQuery({
    queryKey: ['device', computed(() => toValue(id))],
    queryFn: () => answerOf(api.GET('/api/v1/devices/{id}', { params: { path: { id: toValue(id) } } })),
    refetchInterval: refreshMs,
  });
}

/** The newest value of each property that this person may see. */
export function useLatest(id: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean> = true) {
  const api = useApi();
  return useQuery({
    queryKey: ['device', computed(() => toValue(id)), 'latest'],
    queryFn: () =>
      answerOf(api.GET('/api/v1/devices/{id}/latest', { params: { path: { id: toValue(id) } } })),
    enabled: computed(() => toValue(enabled)),
    refetchInterval: refreshMs,
  });
}

/** Its newest alarms; the key makes the stream read them anew. */
export function useDeviceAlarms(id: MaybeRefOrGetter<string>) {
  const api = useApi();
  return useQuery({
    queryKey: ['alarms', 'of-device', computed(() => toValue(id))],
    queryFn: () =>
      answerOf(api.GET('/api/v1/alarms', { params: { query: { device: toValue(id), limit: 20 } } })),
  });
}

export type DeviceCommand = AnswerOf<'getDevicesIdCommands'>['items'][number];
/** While an answer may come. */
const soonMs = 2_000;
const isUnderWay = ({ answeredAt, endedAt, unanswered }: DeviceCommand): boolean =>
  answeredAt === null && endedAt === null && unanswered !== true;

/** What it was told to do, and soon what became of it. */
export function useDeviceCommands(id: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) {
  const api = useApi();
  return useQuery({
    queryKey: ['device', computed(() => toValue(id)), 'commands'],
    queryFn: () =>
      answerOf(
        api.GET('/api/v1/devices/{id}/commands', {
          params: { path: { id: toValue(id) }, query: { limit: 20 } },
        }),
      ),
    enabled: computed(() => toValue(enabled)),
    refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? soonMs : refreshMs),
  });
}
