import type { RouteLocationRaw } from 'vue-router';
import type { SeriesKey } from '../../charts/series/read-series.ts';
import { queryOf, type RangeChoice } from '../../charts/series/series-range.ts';
import { textOf } from './chosen-series.ts';

const hourMs = 3_600_000;

/** The explorer with these series in this time. */
const explorerOf = (keys: readonly SeriesKey[], choice: RangeChoice): RouteLocationRaw => ({
  name: 'explorer',
  query: { s: keys.map(textOf), ...queryOf(choice) },
});

/** … three hours around a moment (ISO 8601), earlier and later. */
export function explorerAround(moment: string, keys: readonly SeriesKey[]): RouteLocationRaw {
  const at = Date.parse(moment);
  return explorerOf(keys, { from: at - 3 * hourMs, to: at + 3 * hourMs });
}

/** The heat map of a place. */
export const heatOf = (place: string): RouteLocationRaw => ({
  name: 'explorer',
  query: { view: 'heat', place },
});
