import { isWithinHours } from '#tests/rules/reference/hours.ts';
import type { RuleTree } from '#tests/rules/reference/rule-tree.ts';
import { lifeSafetyKinds, type PlainDevice, path } from '#tests/rules/reference/village.ts';

/** A mode that was set and not yet ended. */
export interface Mode {
  readonly target: string;
  readonly mode: string;
  /** In force before this; null: until it is ended. */
  readonly until: number | null;
}

/** What may hold a rule back for a device: where it lies, and whose it is. */
export const targetsOf = ({ place, resident }: Pick<PlainDevice, 'place' | 'resident'>): readonly string[] =>
  resident === undefined ? path(place) : [...path(place), resident];

interface Around {
  readonly modes: readonly Mode[];
  readonly zone: string;
}

/** Whether a mode that is in force at `at` holds the rule back for the device. */
export function isHeldByMode(
  rule: RuleTree,
  device: PlainDevice,
  at: number,
  modes: readonly Mode[],
): boolean {
  if (rule.lifeSafety || lifeSafetyKinds.includes(device.kind)) return false;
  const targets = targetsOf(device);
  return modes.some(
    ({ target, mode, until }) =>
      rule.unless.includes(mode) && targets.includes(target) && (until === null || at < until),
  );
}

/** Whether a mode or the hour keeps the rule from raising at `at`. */
export const isHeldBack = (
  rule: RuleTree,
  device: PlainDevice,
  at: number,
  { modes, zone }: Around,
): boolean =>
  (rule.hours !== null && !isWithinHours(rule.hours, at, zone)) || isHeldByMode(rule, device, at, modes);
