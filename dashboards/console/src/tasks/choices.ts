import { computed } from 'vue';
import { useTexts } from '../i18n/texts.ts';
import { useDirectory } from '../queries/names.ts';
import { useSession } from '../session/session.ts';
import { placesInOrder } from './place-tree.ts';

/** What tasks are about; the list is open, these have names. */
export const categories = [
  'fire',
  'elderly-care',
  'access-security',
  'environment',
  'facilities',
  'lift',
  'device-maintenance',
  'resident-report',
  'dispute',
] as const;

/** Every place to choose from, down to the room: what lies within one is below it and moved in. */
export function usePlaceOptions() {
  const { places } = useDirectory();
  const { local } = useTexts();
  const { who } = useSession();
  return computed(() =>
    placesInOrder([...places.value.values()], who.value?.community?.id).map(({ depth, place }) => ({
      value: place.id,
      label: `${'\u2003'.repeat(depth)}${local(place.name, place.id)}`,
    })),
  );
}
