import { isWithinHours } from '#tests/rules/reference/hours.ts';
import type { RuleTree } from '#tests/rules/reference/rule-tree.ts';
import { lifeSafetyKinds, nearest, type PlainDevice, path } from '#tests/rules/reference/village.ts';

/** A mode that was set and not yet ended. */
export interface Mode {
  readonly target: string;
  readonly mode: string;
  /** In force before this; null: until it is ended. */
  readonly until: number | null;
}

/** What may hold a rule back for a device: where it lies, and whose it is. */
const targetsOf = ({ place, resident }: Pick<PlainDevice, 'place' | 'resident'>): readonly string[] =>
  resident === undefined ? path(place) : [...path(place), resident];

interface Around {
  readonly modes: readonly Mode[];
  readonly zone: string;
}

const isInForce = (modes: readonly Mode[], rule: RuleTree, targets: readonly string[], at: number): boolean =>
  modes.some(
    ({ target, mode, until }) =>
      rule.unless.includes(mode) && targets.includes(target) && (until === null || at < until),
  );

function isHeldByMode(rule: RuleTree, device: PlainDevice, at: number, modes: readonly Mode[]): boolean {
  if (rule.lifeSafety || lifeSafetyKinds.includes(device.kind)) return false;
  return isInForce(modes, rule, targetsOf(device), at);
}

/** The same for a silence: of several devices, a mode holds it back that counts for all that the key names. */
export function isSilenceHeld(
  rule: RuleTree,
  members: readonly PlainDevice[],
  at: number,
  modes: readonly Mode[],
): boolean {
  const [first] = members;
  if (!first || rule.lifeSafety) return false;
  if (rule.key === 'device') return isHeldByMode(rule, first, at, modes);
  const around =
    rule.key === 'resident' || rule.key === 'credential' ? undefined : nearest(first.place, rule.key);
  return isInForce(modes, rule, around === undefined ? targetsOf(first) : path(around), at);
}

/** Whether a mode or the hour keeps the rule from raising at `at`. */
export const isHeldBack = (
  rule: RuleTree,
  device: PlainDevice,
  at: number,
  { modes, zone }: Around,
): boolean =>
  (rule.hours !== null && !isWithinHours(rule.hours, at, zone)) || isHeldByMode(rule, device, at, modes);
