import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { QueryOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import { useListByPages } from '../../queries/list-by-pages.ts';

/** What the list is narrowed by. */
export type DeviceFilter = Pick<QueryOf<'getDevices'>, 'kind' | 'place' | 'health' | 'battery' | 'q'>;

const refreshMs = 60_000;

/** Devices in trouble first, page by page as one scrolls. */
export function useDeviceList(filter: MaybeRefOrGetter<DeviceFilter>) {
  const api = useApi();
  return useListByPages({
    key: () => ['devices', 'list', toValue(filter)],
    pageSize: 120,
    refreshMs,
    read: (page) =>
      answerOf(
        api.GET('/api/v1/devices', { params: { query: { ...toValue(filter), sort: 'health', ...page } } }),
      ),
  });
}

/** How many there are, by health and by kind, of what the text and the place leave. */
export function useDeviceCounts(filter: MaybeRefOrGetter<DeviceFilter>) {
  const api = useApi();
  return useQuery({
    queryKey: ['devices', 'counts', computed(() => toValue(filter))],
    queryFn: () => {
      const { battery: _battery, health: _health, ...query } = toValue(filter);
      return answerOf(api.GET('/api/v1/devices/counts', { params: { query } }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}
