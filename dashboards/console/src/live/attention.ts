import { useEventListener } from '@vueuse/core';
import { nextTick, onScopeDispose, ref, watch } from 'vue';
import { useRoute } from 'vue-router';
import { useTexts } from '../i18n/texts.ts';
import { isCall, withBadge } from './alarm-call.ts';
import { useChime } from './chime.ts';
import { useLiveEvent } from './live.ts';

/**
 * Calls for attention when a critical alarm comes: a number in the title of a window that nobody looks at, and a chime
 * where it was wanted. Mounted once, by the frame.
 */
export function useAttention(): void {
  const route = useRoute();
  const { language } = useTexts();
  const chime = useChime();
  const told = new Set<string>();
  const unseen = ref(0);
  const isWatched = (): boolean => document.visibilityState === 'visible' && document.hasFocus();
  const see = (): void => {
    if (isWatched()) unseen.value = 0;
  };

  useLiveEvent('alarm', (alarm) => {
    if (!isCall(alarm) || told.has(alarm.id)) return;
    told.add(alarm.id);
    chime.ring();
    if (!isWatched()) unseen.value += 1;
  });
  useEventListener(window, 'focus', see);
  useEventListener(document, 'visibilitychange', see);
  // The page names itself anew with every route and language.
  watch([unseen, () => route.fullPath, language], async () => {
    await nextTick();
    document.title = withBadge(document.title, unseen.value);
  });
  onScopeDispose(() => {
    document.title = withBadge(document.title, 0);
  });
}
