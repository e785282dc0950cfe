import { useQueries, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { Alarm, Task } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import type { TimeRange } from '../../charts/series/series-range.ts';
import { type EventKind, eventOfAlarm, eventOfTask, isWithin, tasksAbout } from './shown-events.ts';

interface Question {
  readonly devices: MaybeRefOrGetter<readonly string[]>;
  /** Where they stand. */
  readonly places: MaybeRefOrGetter<readonly string[]>;
  readonly range: MaybeRefOrGetter<TimeRange>;
  readonly marked: MaybeRefOrGetter<readonly EventKind[]>;
}

/** As many of each device, and as many tasks of their places, the newest. */
const mostAlarms = 100;
const mostTasks = 300;
/** One that began before may stand still. */
const mostBefore = 3;

const iso = (at: number): string => new Date(at).toISOString();

/** The alarms and tasks of devices in a time, as far as this person may see them; the stream reads them anew. */
export function useEvents({ devices, marked, places, range }: Question) {
  const api = useApi();
  const alarmReads = useQueries({
    queries: computed(() => {
      const { from, to } = toValue(range);
      const read = (device: string, query: { from?: string; to: string; limit: number }) =>
        answerOf(api.GET('/api/v1/alarms', { params: { query: { device, ...query } } }));
      return [...new Set(toValue(devices))].map((device) => ({
        queryKey: ['alarms', 'explorer', device, from, to],
        queryFn: async (): Promise<{ alarms: Alarm[]; isCut: boolean }> => {
          const [within, before] = await Promise.all([
            read(device, { from: iso(from), to: iso(to), limit: mostAlarms }),
            read(device, { to: iso(from), limit: mostBefore }),
          ]);
          return { alarms: [...within.items, ...before.items], isCut: within.next !== null };
        },
        placeholderData: (known: { alarms: Alarm[]; isCut: boolean } | undefined) => known,
        gcTime: 120_000,
      }));
    }),
  });
  const taskRead = useQuery({
    queryKey: computed(() => ['tasks', 'explorer', toValue(places), toValue(range).from, toValue(range).to]),
    queryFn: () => {
      const { from, to } = toValue(range);
      const query = { createdFrom: iso(from), createdTo: iso(to), history: 1, limit: mostTasks };
      const place = [...new Set(toValue(places))].join();
      return answerOf(api.GET('/api/v1/tasks', { params: { query: { ...query, place } } }));
    },
    enabled: computed(() => toValue(places).length > 0 && toValue(marked).includes('tasks')),
    placeholderData: (known: { items: Task[]; next: string | null } | undefined) => known,
    gcTime: 120_000,
  });

  const alarms = computed<readonly Alarm[]>(() =>
    alarmReads.value
      .flatMap(({ data }) => data?.alarms ?? [])
      .filter((alarm) => isWithin(eventOfAlarm(alarm), toValue(range))),
  );
  const tasks = computed<readonly Task[]>(() =>
    tasksAbout(taskRead.data.value?.items ?? [], alarms.value, new Set(toValue(places))),
  );
  const shows = (kind: EventKind): boolean => toValue(marked).includes(kind);
  return {
    alarms: computed(() => (shows('alarms') ? alarms.value : [])),
    tasks: computed(() => (shows('tasks') ? tasks.value : [])),
    events: computed(() => [
      ...(shows('alarms') ? alarms.value.map(eventOfAlarm) : []),
      ...(shows('tasks') ? tasks.value.map(eventOfTask) : []),
    ]),
    /** Not all of them could be shown. */
    isCut: computed(
      () => alarmReads.value.some(({ data }) => data?.isCut) || taskRead.data.value?.next != null,
    ),
    failed: computed(
      () => alarmReads.value.some(({ error }) => error !== null) || taskRead.error.value !== null,
    ),
  };
}
