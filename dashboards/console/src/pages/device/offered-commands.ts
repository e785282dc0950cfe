import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { AnswerOf, Device } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useDirectory } from '../../queries/names.ts';
import { commanders } from '../../session/role-groups.ts';
import { useSession } from '../../session/session.ts';

export interface CommandWords {
  readonly name: string;
  readonly label: string;
  /** Asked about twice, with a reason. */
  readonly guarded: boolean;
}
/** First step of a guarded one: what will be done, and to what. */
export type Confirmation = AnswerOf<'postDevicesIdCommandConfirmation', 201>;

/** Everybody near hears it: asked about once. */
export const loudCommands: readonly string[] = ['siren'];
/** Bytes for a codec: for programs. */
const notForPeople: readonly string[] = ['downlink'];

/** What there is to tell devices; read once. */
function useKnownCommands() {
  const api = useApi();
  const { hasRole } = useSession();
  const { data } = useQuery({
    queryKey: ['device-commands'],
    queryFn: () => answerOf(api.GET('/api/v1/device-commands')),
    enabled: computed(() => hasRole(...commanders, 'auditor')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return computed(() => data.value?.items ?? []);
}

/** A command as people call it. */
export function useCommandWords() {
  const known = useKnownCommands();
  const { local } = useTexts();
  return (name: string): string => local(known.value.find((each) => each.name === name)?.label, name);
}

/** What this person may tell this device: what its kind takes and, behind a gateway, what there are words for in its dialect. */
export function useOfferedCommands(device: MaybeRefOrGetter<Device | undefined>) {
  const api = useApi();
  const known = useKnownCommands();
  const { devices } = useDirectory();
  const { local } = useTexts();
  const { hasRole } = useSession();
  const dialects = useQuery({
    queryKey: ['dialects'],
    queryFn: () => answerOf(api.GET('/api/v1/dialects')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return computed((): readonly CommandWords[] => {
    const told = toValue(device);
    if (told === undefined || told.retired !== undefined || !hasRole(...commanders)) return [];
    const { gateway, kind } = told;
    const dialect = gateway === undefined ? undefined : devices.value.get(gateway)?.dialect;
    const spoken = dialects.data.value?.items.find(({ id }) => id === dialect)?.commands ?? [];
    return known.value
      .filter(({ kinds, name }) => kinds.includes(kind) && !notForPeople.includes(name))
      .filter(({ name }) => gateway === undefined || spoken.includes(name))
      .map(({ guarded, label, name }) => ({ name, guarded, label: local(label, name) }));
  });
}

/** Tells the device; the list of what it was told follows. */
export function useGiveCommand(id: MaybeRefOrGetter<string>) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { readonly command: string; readonly confirmation?: string }) =>
      answerOf(api.POST('/api/v1/devices/{id}/command', { params: { path: { id: toValue(id) } }, body })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['device', toValue(id), 'commands'] }),
  });
}

/** Asks for the first of the two steps. */
export function useConfirmation(id: MaybeRefOrGetter<string>) {
  const api = useApi();
  return useMutation({
    mutationFn: (body: { readonly command: string; readonly reason: string }) =>
      answerOf(
        api.POST('/api/v1/devices/{id}/command/confirmation', {
          params: { path: { id: toValue(id) } },
          body,
        }),
      ),
  });
}
