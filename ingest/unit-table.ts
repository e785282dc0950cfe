import units from '#ingest/units.json' with { type: 'json' };

interface Conversion {
  readonly factor: number;
  readonly offset: number;
}

const same: ReadonlyMap<string, string> = new Map(Object.entries(units.same));
const conversions: ReadonlyMap<string, ReadonlyMap<string, Conversion>> = new Map(
  units.conversions.map(({ from }) => [
    from,
    new Map(
      units.conversions
        .filter((each) => each.from === from)
        .map(({ factor, offset, to }) => [to, { factor, offset }]),
    ),
  ]),
);

/** A number in another unit than the catalogue's; undefined when nobody knows the way from one to the other. */
export function convert(value: number, from: string, to: string): number | undefined {
  if (from === to) return value;
  const plain = same.get(from) ?? from;
  if (plain === to) return value;
  const way = conversions.get(from)?.get(to) ?? conversions.get(plain)?.get(to);
  // 12 digits: 295.65 K are 22.5 °C, not 22.499999999999943.
  return way === undefined ? undefined : Number((value * way.factor + way.offset).toPrecision(12));
}

/** Whether numbers in the one can be said in the other. */
export const canConvert = (from: string, to: string): boolean => convert(1, from, to) !== undefined;

const written: ReadonlyMap<string, string> = new Map(Object.entries(units.written));

/** A unit as people write it (`℃`, `°F`, `lux`) in the symbols of the catalogue. */
export const writtenUnit = (unit: string): string => written.get(unit.trim().toLowerCase()) ?? unit.trim();
