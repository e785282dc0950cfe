import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answerOf } from '../api/client.ts';
import type { AnswerOf } from '../api/types.ts';
import { useApi } from '../api/use-api.ts';
import { useFormat } from '../format/format.ts';
import { unitText, withUnit } from '../format/units.ts';
import { useTexts } from '../i18n/texts.ts';
import { healthSeers, personalSeers } from '../session/role-groups.ts';
import { useSession } from '../session/session.ts';

type Catalogue = AnswerOf<'getCatalogue'>;
type PropertyDefinition = Catalogue['properties'][number];
type DeviceKind = Catalogue['kinds'][number];

/** What the words of readings and devices mean, by name; read once. */
function useCatalogue() {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['catalogue'],
    queryFn: () => answerOf(api.GET('/api/v1/catalogue')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const byName = <Item extends { name: string }>(items: readonly Item[] | undefined) =>
    new Map((items ?? []).map((item) => [item.name, item]));
  return {
    properties: computed(() => byName<PropertyDefinition>(data.value?.properties)),
    kinds: computed(() => byName<DeviceKind>(data.value?.kinds)),
  };
}

/** Properties, their values and kinds of devices in the person's language. What the catalogue does not know is said as it is. */
export function usePropertyWords() {
  const { properties, kinds } = useCatalogue();
  const { local, language, word } = useTexts();
  const { number } = useFormat();
  const { hasRole } = useSession();

  const unit = (property: string): string => unitText(properties.value.get(property)?.unit, language.value);
  return {
    label: (property: string): string => local(properties.value.get(property)?.label, property),
    /** What such a device usually says, what it is there for first. */
    propertiesOf: (kind: string): readonly string[] => kinds.value.get(kind)?.properties ?? [],
    kind: (kind: string): string => local(kinds.value.get(kind)?.label, kind),
    /** Whether such a device stands for a life; what the catalogue does not know does not. */
    isLifeSafety: (kind: string): boolean => kinds.value.get(kind)?.lifeSafety === true,
    /** To choose from, by their names; without gateways, which are added in a way of their own. */
    kindOptions: computed(() =>
      [...kinds.value.values()]
        .filter(({ gateway }) => !gateway)
        .map(({ label, name }) => ({ value: name, label: local(label, name) }))
        .sort((a, b) => a.label.localeCompare(b.label, language.value)),
    ),
    type: (property: string) => properties.value.get(property)?.type,
    /** Whether this person's role sees it, so that nothing is offered that the server would refuse. */
    isMine: (property: string): boolean => {
      const sensitivity = properties.value.get(property)?.sensitivity;
      if (sensitivity === 'personal') return hasRole(...personalSeers);
      return sensitivity === 'public' || sensitivity === 'operational' || hasRole(...healthSeers);
    },
    /** As people write it; empty without one. */
    unit,
    /** `21.5 °C`, `open`, `yes`. */
    value(property: string, value: unknown): string {
      if (typeof value === 'number') return withUnit(number(value), unit(property));
      const own = `${property}-${String(value)}`;
      const said = word('values', own);
      return said === own ? word('values', String(value)) : said;
    },
  };
}
