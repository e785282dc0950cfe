import type { Device } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import { isListening, type Rule } from '#rules/language/rule.ts';

/** Why the rule is not for the device, in words; null: it is. */
export const whyNotSelected = (rule: Rule, device: Device, configuration: Configuration): string | null =>
  rule.enabled ? whyNotMeant(rule, device, configuration) : 'the rule is switched off';

/** The same, whether the rule is switched on or off. */
export function whyNotMeant(rule: Rule, device: Device, configuration: Configuration): string | null {
  if (device.retired !== undefined) return `the device is out of use since ${device.retired}`;
  const { kind, place, tag, id } = rule.selection;
  if (kind && !kind.has(device.kind)) return `the rule is for ${list(kind)}; this is a ${device.kind}`;
  if (id && !id.has(device.id)) return 'the rule names other devices';
  if (tag && !(device.tags ?? []).some((entry) => tag.has(entry)))
    return `the rule is for devices tagged ${list(tag)}`;
  if (place && !configuration.path(device.place).some((entry) => place.has(entry)))
    return `the rule is for places ${list(place)}; the device is at ${device.place}`;
  return whyNotResident(rule, device, configuration) ?? whyNoKey(rule, device, configuration);
}

function whyNotResident(rule: Rule, device: Device, configuration: Configuration): string | null {
  const { livesAlone } = rule.selection;
  if (livesAlone === null) return null;
  const wanted = livesAlone ? 'who live alone' : 'who do not live alone';
  if (device.resident === undefined) return `the rule is for residents ${wanted}; the device has no resident`;
  const resident = configuration.resident(device.resident);
  if (resident?.livesAlone === undefined)
    return `the rule is for residents ${wanted}; of ${device.resident} that is not known`;
  return resident.livesAlone === livesAlone
    ? null
    : `the rule is for residents ${wanted}; ${device.resident} ${livesAlone ? 'does not' : 'does'}`;
}

/** A rule for places or residents needs to know which one the device speaks for. */
function whyNoKey(
  { key, lifeSafety, trigger }: Rule,
  device: Device,
  configuration: Configuration,
): string | null {
  switch (key.kind) {
    case 'device':
    case 'and':
      return null;
    case 'resident':
      return device.resident === undefined
        ? 'the rule has one alarm for each resident; the device has no resident'
        : null;
    case 'place':
      // Those of a matter of life are for it all the same, unless they wait for a silence.
      if (device.unclaimed && (!lifeSafety || isListening(trigger)))
        return `the rule has one alarm for each ${key.scope}; nobody has said yet where the device is`;
      return key.scope === 'community' || configuration.enclosing(device.place, key.scope) !== undefined
        ? null
        : `the rule has one alarm for each ${key.scope}; there is no ${key.scope} at or above ${device.place}`;
  }
}

const list = (words: ReadonlySet<string>): string => [...words].join(', ');
