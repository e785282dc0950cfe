import type { Device } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Rule } from '#rules/language/rule.ts';

/** Why the rule is not for the device, in words; null: it is. */
export function whyNotSelected(rule: Rule, device: Device, configuration: Configuration): string | null {
  const { kind, place, tag, id } = rule.selection;
  if (!rule.enabled) return 'the rule is switched off';
  if (kind && !kind.has(device.kind)) return `the rule is for ${list(kind)}; this is a ${device.kind}`;
  if (id && !id.has(device.id)) return 'the rule names other devices';
  if (tag && !(device.tags ?? []).some((entry) => tag.has(entry)))
    return `the rule is for devices tagged ${list(tag)}`;
  if (place && !configuration.path(device.place).some((entry) => place.has(entry)))
    return `the rule is for places ${list(place)}; the device is at ${device.place}`;
  return null;
}

const list = (words: ReadonlySet<string>): string => [...words].join(', ');
