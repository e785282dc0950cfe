import { computed, onScopeDispose, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/**
 * The mode for a screen on the wall, `?wall=1`: larger, without navigation. Whoever chooses it on the page gets the whole
 * screen as well; Escape leaves that, and the button leaves both.
 */
export function useWall() {
  const route = useRoute();
  const router = useRouter();
  const isWall = computed(() => route.query['wall'] === '1');
  const root = document.documentElement;
  watch(isWall, (wall) => root.classList.toggle('wall', wall), { immediate: true });
  onScopeDispose(() => root.classList.remove('wall'));

  return {
    isWall,
    enter(): void {
      // A browser may refuse the whole screen; the page is as large in its window.
      root.requestFullscreen?.().catch(() => undefined);
      void router.replace({ query: { ...route.query, wall: '1' } });
    },
    leave(): void {
      if (document.fullscreenElement) void document.exitFullscreen();
      const { wall: _, ...rest } = route.query;
      void router.replace({ query: rest });
    },
  };
}
