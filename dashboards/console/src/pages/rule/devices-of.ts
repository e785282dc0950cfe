import type { Device, Place } from '../../api/types.ts';
import type { RuleSource } from '../../rules/rule-source.ts';

interface Known {
  readonly devices: readonly Device[];
  readonly places: ReadonlyMap<string, Place>;
  /** What devices of a kind usually say. */
  readonly propertiesOf: (kind: string) => readonly string[];
}

/** The devices that a rule is for, as far as it can be told from here: those it names, else those that say what it watches. */
export function devicesOf(rule: RuleSource, { devices, places, propertiesOf }: Known): readonly Device[] {
  const { ids, kinds, places: at, properties, tags } = rule;
  const lies = (device: Device): boolean => {
    const seen = new Set<string>();
    for (let next: string | undefined = device.place; next !== undefined && !seen.has(next); ) {
      if (at.includes(next)) return true;
      seen.add(next);
      next = places.get(next)?.parent;
    }
    return false;
  };
  const says = (device: Device): boolean =>
    properties.includes('*') ||
    device.main === null ||
    properties.some((name) => device.main?.property === name || propertiesOf(device.kind).includes(name));
  return devices.filter(
    (device) =>
      (ids.length === 0 || ids.includes(device.id)) &&
      (kinds.length === 0 ? ids.length > 0 || says(device) : kinds.includes(device.kind)) &&
      (tags.length === 0 || (device.tags ?? []).some((tag) => tags.includes(tag))) &&
      (at.length === 0 || lies(device)),
  );
}
