import { useThrottleFn } from '@vueuse/core';
import { type Ref, shallowRef, triggerRef } from 'vue';
import { useLiveEvent } from './live.ts';

export interface LiveValue {
  readonly value: unknown;
  readonly at: string;
}

const keyOf = (device: string, property: string): string => `${device} ${property}`;

/** The newest values as the stream tells them, shown at most once a second however many come. */
export function useLatestValues(wanted: (device: string, property: string) => boolean = () => true): {
  readonly values: Ref<ReadonlyMap<string, LiveValue>>;
  readonly of: (device: string, property: string) => LiveValue | undefined;
} {
  const values = shallowRef(new Map<string, LiveValue>());
  const show = useThrottleFn(() => triggerRef(values), 1_000, true);
  useLiveEvent('reading', ({ at, device, property, value }) => {
    if (!wanted(device, property)) return;
    const known = values.value.get(keyOf(device, property));
    // What comes late is no newer for that.
    if (known !== undefined && Date.parse(known.at) > Date.parse(at)) return;
    values.value.set(keyOf(device, property), { value, at });
    void show();
  });
  return { values, of: (device, property) => values.value.get(keyOf(device, property)) };
}
