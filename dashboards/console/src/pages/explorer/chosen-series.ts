import type { SeriesKey } from '../../charts/series/read-series.ts';
import { mostSeries } from '../../charts/series/series-look.ts';

/** As the address has them: `device:property`, one `s` each. */
export const textOf = ({ device, property }: SeriesKey): string => `${device}:${property}`;

/** Reads them, without repeats, no more than can be told apart. A device's id may hold a colon, a property's name never. */
export function seriesIn(given: unknown): readonly SeriesKey[] {
  const texts = (Array.isArray(given) ? given : [given]).filter((text) => typeof text === 'string');
  const keys = [...new Set<string>(texts)].flatMap((text) => {
    const colon = text.lastIndexOf(':');
    const [device, property] = [text.slice(0, colon), text.slice(colon + 1)];
    return colon > 0 && property !== '' ? [{ device, property }] : [];
  });
  return keys.slice(0, mostSeries);
}

const isSame =
  (a: SeriesKey) =>
  (b: SeriesKey): boolean =>
    a.device === b.device && a.property === b.property;

/** Taken away where it is among them, else added while there is room. */
export function withOrWithout(keys: readonly SeriesKey[], key: SeriesKey): readonly SeriesKey[] {
  if (keys.some(isSame(key))) return keys.filter((each) => !isSame(key)(each));
  return keys.length < mostSeries ? [...keys, key] : keys;
}

/** One property of several devices: taken away where all of them have it, else added of those that have not, while there is room. */
export function withOrWithoutAll(
  keys: readonly SeriesKey[],
  all: readonly SeriesKey[],
): readonly SeriesKey[] {
  const added = all.filter((key) => !keys.some(isSame(key)));
  if (added.length === 0) return keys.filter((key) => !all.some(isSame(key)));
  return [...keys, ...added].slice(0, mostSeries);
}

/** The same property of several devices is what people compare most. */
export interface Suggestion {
  readonly property: string;
  readonly keys: readonly SeriesKey[];
}

interface Measuring {
  readonly id: string;
  readonly main: { readonly property: string; readonly value?: unknown } | null;
}

const mostSuggestions = 4;
const mostOfOne = 4;

/** Numbers that at least two devices are there for. */
export function suggestionsOf(devices: Iterable<Measuring>): readonly Suggestion[] {
  const found = new Map<string, SeriesKey[]>();
  for (const { id, main } of devices) {
    if (main === null || typeof main.value !== 'number') continue;
    found.set(main.property, [...(found.get(main.property) ?? []), { device: id, property: main.property }]);
  }
  return [...found]
    .filter(([, keys]) => keys.length > 1)
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, mostSuggestions)
    .map(([property, keys]) => ({ property, keys: keys.slice(0, mostOfOne) }));
}
