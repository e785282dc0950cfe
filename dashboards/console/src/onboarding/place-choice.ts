import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { languageTag } from '../i18n/language.ts';
import { useTexts } from '../i18n/texts.ts';
import { useDirectory, useNames } from '../queries/names.ts';
import { useSession } from '../session/session.ts';
import { placesInOrder } from '../tasks/place-tree.ts';
import { isOuter, roomsOf } from './room-tree.ts';

interface PlaceOption {
  readonly value: string;
  readonly label: string;
}

/** Where a device may be put: first a grid, a building or a yard, then a door in it; as houses are numbered. */
export function usePlaceChoice() {
  const { places } = useDirectory();
  const names = useNames();
  const { who } = useSession();
  const { language } = useTexts();
  const order = computed(() => new Intl.Collator(languageTag(language.value), { numeric: true }));
  const byName = (a: { id: string }, b: { id: string }): number =>
    order.value.compare(names.place(a.id), names.place(b.id));

  const outer = computed(() => [...places.value.values()].filter(isOuter).sort(byName));
  return {
    /** What lies in one is below it and moved in; the whole community first, for those whose it is. */
    outerOptions: computed((): readonly PlaceOption[] => {
      const { community, user } = who.value ?? {};
      const whole =
        community && user?.places === null ? [{ value: community.id, label: names.place(community.id) }] : [];
      return [
        ...whole,
        ...placesInOrder(outer.value, community?.id).map(({ depth, place }) => ({
          value: place.id,
          label: `${'\u2003'.repeat(depth)}${names.place(place.id)}`,
        })),
      ];
    }),
    /** Buildings and yards, which is where devices are; grids only where there is nothing else. */
    houses: computed((): readonly PlaceOption[] => {
      const houses = outer.value.filter(({ kind }) => kind === 'building' || kind === 'area');
      return (houses.length > 0 ? houses : outer.value).map(({ id }) => ({
        value: id,
        label: names.place(id),
      }));
    }),
    roomsIn: (at: MaybeRefOrGetter<string>) =>
      computed((): readonly PlaceOption[] =>
        roomsOf(places.value, toValue(at))
          .toSorted(byName)
          .map(({ id }) => ({ value: id, label: names.place(id) })),
      ),
  };
}
