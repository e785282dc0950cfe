import type { SeriesKey } from '../../charts/series/read-series.ts';
import { useDirectory, useNames } from '../../queries/names.ts';
import { usePropertyWords } from '../../queries/property-words.ts';

/** What of which device, and where it stands when its name does not say it. */
export function useSeriesName() {
  const words = usePropertyWords();
  const names = useNames();
  const { devices } = useDirectory();
  return ({ device, property }: SeriesKey): string => {
    const place = devices.value.get(device)?.place;
    const name = names.device(device);
    const where =
      place === undefined || name.includes(names.place(place)) ? name : `${name}, ${names.place(place)}`;
    return `${words.label(property)} · ${where}`;
  };
}
