import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answerOf } from '../api/client.ts';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../i18n/texts.ts';
import { overseers } from '../session/role-groups.ts';
import { useSession } from '../session/session.ts';

interface NamedChannel {
  readonly id: string;
  readonly kind: string;
}

/** What a channel is called: by its kind, and by the name that it has in the settings where that says something else. */
export function useChannelName(): (id: string) => string {
  const api = useApi();
  const { word } = useTexts();
  const session = useSession();
  const mayList = computed(() => session.hasRole(...overseers));
  const listed = useQuery({
    queryKey: ['channels'],
    queryFn: async () => (await answerOf(api.GET('/api/v1/channels'))).items,
    enabled: mayList,
  });
  const own = useQuery({
    queryKey: ['preferences'],
    queryFn: () => answerOf(api.GET('/api/v1/preferences')),
    enabled: computed(() => !mayList.value && (session.who.value?.user.person ?? null) !== null),
  });
  const kinds = computed(() => {
    const known: readonly NamedChannel[] = listed.data.value ?? own.data.value?.available ?? [];
    return new Map(known.map(({ id, kind }) => [id, kind]));
  });
  return (id) => {
    const kind = kinds.value.get(id) ?? id;
    return kind === id ? word('channels', id) : `${word('channels', kind)} ${id}`;
  };
}
