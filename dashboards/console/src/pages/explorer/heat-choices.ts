import { liesIn } from './device-choice.ts';

/** How the readings of a cell are put together. */
export type HeatFn = 'avg' | 'min' | 'max' | 'count';

interface Standing {
  readonly id: string;
  readonly kind: string;
  readonly place: string;
}

type Parents = ReadonlyMap<string, { readonly parent: string }>;

/** The devices in a place and all that lies in it. */
export const devicesIn = <Device extends Standing>(
  devices: Iterable<Device>,
  place: string,
  places: Parents,
): readonly Device[] => [...devices].filter((device) => liesIn(device.place, place, places));

/** What these devices usually say, what most of them say first. */
export function propertiesSaid(
  devices: readonly Standing[],
  propertiesOf: (kind: string) => readonly string[],
): readonly string[] {
  const counts = new Map<string, number>();
  for (const { kind } of devices)
    for (const property of propertiesOf(kind)) counts.set(property, (counts.get(property) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([property]) => property);
}

/** What can be asked of a type, what one wants to see first. */
export function fnsOf(type: 'number' | 'boolean' | 'text' | undefined): readonly HeatFn[] {
  if (type === 'boolean') return ['max', 'avg', 'count'];
  return type === 'text' ? ['count'] : ['avg', 'max', 'min', 'count'];
}

/** The property that a heat map begins with: one that is measured, so that there is more to see than yes and no. */
export const firstOf = (
  properties: readonly string[],
  typeOf: (property: string) => string | undefined,
  isHousekeeping: (property: string) => boolean,
): string =>
  properties.find((property) => typeOf(property) === 'number' && !isHousekeeping(property)) ??
  properties.find((property) => !isHousekeeping(property)) ??
  properties[0] ??
  '';
