import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { Device } from '../../api/types.ts';
import { isUnheard } from '../../components/health.ts';
import { useDirectory } from '../../queries/names.ts';
import { usePropertyWords } from '../../queries/property-words.ts';
import { useChartColours } from '../chart-colours.ts';
import type { SeriesData, SeriesKey } from './read-series.ts';
import type { DrawnSeries } from './series-layout.ts';
import { lookOf } from './series-look.ts';

export const idOf = ({ device, property }: SeriesKey): string => `${device} ${property}`;

interface Read {
  readonly data: SeriesData | undefined;
}

/** Series with their words and looks, as far as they were read; each keeps its look whatever the others do. */
export function useDrawnSeries(
  keys: MaybeRefOrGetter<readonly SeriesKey[]>,
  reads: MaybeRefOrGetter<readonly Read[]>,
  nameOf: (key: SeriesKey) => string,
) {
  const words = usePropertyWords();
  const colours = useChartColours();
  const { devices } = useDirectory();
  return computed<readonly DrawnSeries[]>(() =>
    toValue(keys).flatMap((key, index) => {
      const data = toValue(reads)[index]?.data;
      if (data === undefined || data.points.length === 0) return [];
      return [
        {
          id: idOf(key),
          name: nameOf(key),
          axis: words.unit(key.property) || words.label(key.property),
          data: asFarAsKnown(data, devices.value.get(key.device)),
          look: lookOf(index, colours.value.series),
          valueText: (value: unknown) => words.value(key.property, value),
        },
      ];
    }),
  );
}

/** What a silent device said last holds no longer than it was heard. */
function asFarAsKnown(data: SeriesData, device: Device | undefined): SeriesData {
  const state = device?.health.state;
  if (device?.lastSeen == null || state === undefined || !isUnheard(state)) return data;
  return { ...data, knownUntil: Math.max(Date.parse(device.lastSeen), data.points.at(-1)?.at ?? 0) };
}
