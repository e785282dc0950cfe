import { visiblePlaces } from '#api/authorization/access.ts';
import { maySeeProperty, sensitivityOf } from '#api/authorization/sensitivity.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import type { ExportSeries } from '#api/exports/export-row.ts';
import type { Language } from '#api/views/task-view.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import type { Device } from '#model/community.ts';
import { GridbellError } from '#model/errors.ts';
import { inLanguage } from '#model/text.ts';
import type { SeriesName } from '#store/history/history.ts';

/** What was asked for; several with commas between, each one narrows. */
export interface Wanted {
  readonly device?: string;
  readonly place?: string;
  readonly kind?: string;
  readonly property?: string;
  /** Pairs `device:property`, where not every device is to be with every property. */
  readonly series?: string;
}

/** What is exported, and what of it the caller does not see. */
export interface Selection {
  readonly series: readonly SeriesName[];
  /** Of each of `series`. */
  readonly described: readonly ExportSeries[];
  readonly leftOut: readonly LeftOut[];
  /** Devices of which personal or health properties are in it. */
  readonly sensitive: readonly string[];
  readonly sensitiveProperties: readonly string[];
}

/** A property that so many of the devices have said, and that the caller's role does not see. */
export interface LeftOut {
  readonly property: string;
  readonly devices: number;
}

/** Of an id or name that may be asked for several times. */
export const listOf = (text: string | undefined): readonly string[] =>
  text === undefined
    ? []
    : [
        ...new Set(
          text
            .split(',')
            .map((part) => part.trim())
            .filter((part) => part !== ''),
        ),
      ];

/** The pair of a text `device:property`; an id has no colon. */
export function pairOf(text: string): { readonly device: string; readonly property: string } {
  const end = text.indexOf(':');
  if (end <= 0 || end === text.length - 1)
    throw new GridbellError('invalid-input', `series: ${text} is no device:property.`);
  return { device: text.slice(0, end), property: text.slice(end + 1) };
}

/**
 * What there is of what was asked for, as far as the caller sees it. Throws GridbellError `not-found` for a device or place that is
 * not there, `not-allowed` for a property that the role sees of none of the devices.
 */
export async function select(
  wanted: Wanted,
  parts: { readonly caller: Caller; readonly context: ApiContext; readonly language: Language },
): Promise<Selection> {
  const { caller, context, language } = parts;
  const pairs = listOf(wanted.series).map((text) => pairOf(text));
  const devices = devicesOf(wanted, pairs, parts);
  const properties = listOf(wanted.property);
  const isWanted = ({ device, property }: SeriesName): boolean =>
    (properties.length === 0 || properties.includes(property)) &&
    (pairs.length === 0 || pairs.some((pair) => pair.device === device && pair.property === property));
  const sees = (property: string, device: Device): boolean => maySeeProperty(caller.role, property, device);
  for (const property of properties)
    if (devices.length > 0 && !devices.some((device) => sees(property, device)))
      throw new GridbellError('not-allowed', `Your role does not see ${property}.`);
  for (const { device: id, property } of pairs)
    if (devices.some((device) => device.id === id && !sees(property, device)))
      throw new GridbellError('not-allowed', `Your role does not see ${property} of ${id}.`);
  const byId = new Map(devices.map((device) => [device.id, device]));
  const stored = await context.platform.history.series(devices.map(({ id }) => id));
  const series: SeriesName[] = [];
  const described: ExportSeries[] = [];
  const hidden = new Map<string, number>();
  const sensitive = new Set<string>();
  const sensitiveProperties = new Set<string>();
  for (const name of stored) {
    const device = byId.get(name.device);
    if (!device || !isWanted(name)) continue;
    if (!sees(name.property, device)) {
      hidden.set(name.property, (hidden.get(name.property) ?? 0) + 1);
      continue;
    }
    series.push(name);
    described.push(describe(name, device, { context, language }));
    const sensitivity = sensitivityOf(name.property, device);
    if (sensitivity !== 'health' && sensitivity !== 'personal') continue;
    sensitive.add(device.id);
    sensitiveProperties.add(name.property);
  }
  const leftOut = [...hidden].map(([property, count]) => ({ property, devices: count }));
  return {
    series,
    described,
    leftOut: leftOut.toSorted((a, b) => a.property.localeCompare(b.property)),
    sensitive: [...sensitive],
    sensitiveProperties: [...sensitiveProperties],
  };
}

function devicesOf(
  wanted: Wanted,
  pairs: readonly { readonly device: string }[],
  { caller, context }: { readonly caller: Caller; readonly context: ApiContext },
): readonly Device[] {
  const { configuration } = context;
  const paired = new Set(pairs.map(({ device }) => device));
  const places = visiblePlaces(caller, wanted.place, context);
  const within = places === undefined ? null : new Set(places);
  const ids = listOf(wanted.device);
  const kinds = listOf(wanted.kind);
  const all = [...configuration.devices()];
  const missing = [...ids, ...paired].find((id) => !all.some((device) => device.id === id));
  if (missing !== undefined) throw new GridbellError('not-found', `There is no device ${missing}.`);
  return all.filter(
    (device) =>
      (within === null || within.has(device.place)) &&
      (ids.length === 0 || ids.includes(device.id)) &&
      (paired.size === 0 || paired.has(device.id)) &&
      (kinds.length === 0 || kinds.includes(device.kind)),
  );
}

function describe(
  { property }: SeriesName,
  { id, name, place }: Device,
  { context, language }: { readonly context: ApiContext; readonly language: Language },
): ExportSeries {
  return {
    device: id,
    deviceName: typeof name === 'object' ? inLanguage(name, language) : (name ?? null),
    place,
    placePath: context.configuration.path(place).toReversed().join('/'),
    property,
    unit: propertyCatalogue.get(property)?.unit ?? null,
  };
}
