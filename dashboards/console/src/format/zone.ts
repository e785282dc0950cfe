import { type ComputedRef, computed } from 'vue';
import { useSession } from '../session/session.ts';

/** The community's zone; until it is known, the one of this browser. */
export function useZone(): ComputedRef<string> {
  const { who } = useSession();
  return computed(
    () => who.value?.community?.timezone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
  );
}
