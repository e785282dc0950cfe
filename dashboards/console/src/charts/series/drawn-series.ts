import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { Device } from '../../api/types.ts';
import { isUnheard } from '../../components/health.ts';
import { useZone } from '../../format/zone.ts';
import { useDirectory } from '../../queries/names.ts';
import { usePropertyWords } from '../../queries/property-words.ts';
import { useChartColours } from '../chart-colours.ts';
import type { SeriesData, SeriesKey } from './read-series.ts';
import type { DrawnSeries } from './series-layout.ts';
import { lookBefore, lookOf } from './series-look.ts';
import { weekLater, weeksOn } from './week-before.ts';

export const idOf = ({ device, property }: SeriesKey): string => `${device} ${property}`;

interface Read {
  readonly data: SeriesData | undefined;
}

/** Series that are drawn together. */
interface Drawing {
  readonly keys: MaybeRefOrGetter<readonly SeriesKey[]>;
  /** One for each key. */
  readonly reads: MaybeRefOrGetter<readonly Read[]>;
  readonly nameOf: (key: SeriesKey) => string;
  /** The same of the week before, where they are compared with it: dashed, so that the others are not. */
  readonly before?: {
    readonly reads: MaybeRefOrGetter<readonly Read[]>;
    readonly nameOf: (key: SeriesKey) => string;
  };
}

/** Series with their words and looks, as far as they were read; each keeps its look whatever the others do. */
export function useDrawnSeries({ before, keys, nameOf, reads }: Drawing) {
  const words = usePropertyWords();
  const colours = useChartColours();
  const zone = useZone();
  const { devices } = useDirectory();
  return computed<readonly DrawnSeries[]>(() => {
    const readsBefore = toValue(before?.reads) ?? [];
    return toValue(keys).flatMap((key, index) => {
      const look = lookOf(index, colours.value.series, readsBefore.length > 0);
      const shared = {
        axis: words.unit(key.property) || words.label(key.property),
        valueText: (value: unknown) => words.value(key.property, value),
      };
      const drawn: DrawnSeries[] = [];
      const data = toValue(reads)[index]?.data;
      if (data !== undefined && data.points.length > 0)
        drawn.push({
          ...shared,
          id: idOf(key),
          name: nameOf(key),
          data: asFarAsKnown(data, devices.value.get(key.device)),
          look,
          toldAt: (at) => at,
          isBefore: false,
        });
      const past = readsBefore[index]?.data;
      if (before !== undefined && past !== undefined && past.points.length > 0)
        drawn.push({
          ...shared,
          id: `${idOf(key)} before`,
          name: before.nameOf(key),
          data: weekLater(past, zone.value),
          look: lookBefore(look),
          toldAt: (at) => weeksOn(at, -1, zone.value),
          isBefore: true,
        });
      return drawn;
    });
  });
}

/** What a silent device said last holds no longer than it was heard. */
function asFarAsKnown(data: SeriesData, device: Device | undefined): SeriesData {
  const state = device?.health.state;
  if (device?.lastSeen == null || state === undefined || !isUnheard(state)) return data;
  return { ...data, knownUntil: Math.max(Date.parse(device.lastSeen), data.points.at(-1)?.at ?? 0) };
}
