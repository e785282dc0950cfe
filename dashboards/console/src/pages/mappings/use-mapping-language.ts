import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answerOf } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { useTexts } from '../../i18n/texts.ts';
import { type MappingLanguage, mappingKeys } from './mapping-completion.ts';

const times = ['iso', 's', 'ms', 'us', 'yyyy-MM-dd HH:mm:ss', 'dd/MM/yyyy HH:mm:ss'];
const units = [
  '°C',
  '°F',
  '%',
  'ppm',
  'ppb',
  'mV',
  'V',
  'Pa',
  'hPa',
  'kPa',
  'lux',
  'W',
  'kW',
  'kWh',
  'm',
  'cm',
  'ft',
  '/min',
  'mmHg',
];

/** The words of mappings in the person's language. */
export function useMappingLanguage(): MappingLanguage {
  const api = useApi();
  const { local, t } = useTexts();
  const { data } = useQuery({
    queryKey: ['catalogue'],
    queryFn: () => answerOf(api.GET('/api/v1/catalogue')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const properties = computed(() =>
    (data.value?.properties ?? []).map(({ label, name }) => ({ name, about: local(label, name) })),
  );
  const kinds = computed(() =>
    (data.value?.kinds ?? []).map(({ label, name }) => ({ name, about: local(label, name) })),
  );
  const bare = (names: readonly string[]) => names.map((name) => ({ name, about: '' }));
  return {
    keys: () => mappingKeys.map((name) => ({ name, about: t(`mappings.key-${name}`) })),
    properties: () => properties.value,
    kinds: () => kinds.value,
    units: () => bare(units),
    times: () => bare(times),
  };
}
