import { computed, type MaybeRefOrGetter, toValue } from 'vue';
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
  return computed<readonly DrawnSeries[]>(() =>
    toValue(keys).flatMap((key, index) => {
      const data = toValue(reads)[index]?.data;
      if (data === undefined || data.points.length === 0) return [];
      return [
        {
          id: idOf(key),
          name: nameOf(key),
          axis: words.unit(key.property) || words.label(key.property),
          data,
          look: lookOf(index, colours.value.series),
          valueText: (value: unknown) => words.value(key.property, value),
        },
      ];
    }),
  );
}
