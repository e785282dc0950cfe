import type { Configuration } from '#model/configuration.ts';
import type { WantedDevice } from '#rules/backtest/past.ts';
import { whyNotSelected } from '#rules/engine/selection.ts';
import type { Rule } from '#rules/language/rule.ts';

/** What Gridbell knows of a device is a reading to rules, and no reading of the history. */
export const knownOfDevices = { online: 'online', clockWrong: 'clock-wrong' } as const;

/** Which devices' readings a rule can be moved by. */
export interface Wanted {
  readonly devices: readonly WantedDevice[];
  /** How many devices the rule is for. */
  readonly selected: number;
  /** Properties that it wakes for or looks up. */
  readonly properties: ReadonlySet<string>;
  /** Whether a clock that goes wrong or right is news to it. */
  readonly asksClocks: boolean;
}

/** The devices that the rule is for, with what it looks at, and the neighbours that it counts. */
export function wantedOf(rule: Rule, configuration: Configuration): Wanted {
  const own = new Set([
    ...rule.properties,
    ...rule.references,
    ...rule.needs.filter(({ kind }) => kind !== 'others').map(({ property }) => property),
    ...(rule.key.kind === 'and' ? [rule.key.property] : []),
  ]);
  const neighbours = new Set(
    rule.needs.filter(({ kind }) => kind === 'others').map(({ property }) => property),
  );
  const asksClocks = rule.anyProperty || own.has(knownOfDevices.clockWrong);
  const isAll = asksClocks || looksAtMessages(rule);
  const devices: WantedDevice[] = [];
  let selected = 0;
  for (const device of configuration.devices()) {
    const isSelected = whyNotSelected(rule, device, configuration) === null;
    if (isSelected) selected++;
    const properties = isSelected ? [...own, ...neighbours] : [...neighbours];
    if (isSelected && isAll) devices.push({ device: device.id, properties: null });
    else if (properties.length > 0) devices.push({ device: device.id, properties });
  }
  return { devices, selected, properties: own, asksClocks };
}

/** `values` is the whole message, whatever the rule names. */
const looksAtMessages = ({ source: { clear, levels, when } }: Rule): boolean =>
  /\bvalues\b/.test(JSON.stringify([when, clear, levels]));
