import { useIntervalFn } from '@vueuse/core';
import { type Ref, readonly, ref } from 'vue';
import { useLive } from './live.ts';

/** The platform's now, ms since 1970, every second anew: for countdowns and ages. */
export function useNow(everyMs = 1_000): Readonly<Ref<number>> {
  const live = useLive();
  const now = ref(live.now());
  useIntervalFn(() => {
    now.value = live.now();
  }, everyMs);
  return readonly(now);
}
