import { CircleCheck, CircleSlash, Ghost, OctagonX } from '@lucide/vue';
import type { Component } from 'vue';

/** Broken first: such a rule watches over nobody. */
export const ruleStates = ['broken', 'off', 'shadow', 'on'] as const;
export type RuleState = (typeof ruleStates)[number];

/** A shape of its own for each, so that colour is never alone. */
export const ruleStateIcons: Readonly<Record<RuleState, Component>> = {
  broken: OctagonX,
  off: CircleSlash,
  shadow: Ghost,
  on: CircleCheck,
};
export const ruleStateTones = {
  broken: 'critical',
  off: 'quiet',
  shadow: 'warning',
  on: 'well',
} as const satisfies Readonly<Record<RuleState, string>>;

/** Of the fields of an answer; a rule that does not load neither runs nor shadows. */
export function ruleState(rule: {
  readonly valid: boolean;
  readonly enabled?: unknown;
  readonly shadow?: unknown;
}): RuleState {
  if (!rule.valid) return 'broken';
  if (rule.enabled === false) return 'off';
  return rule.shadow === true ? 'shadow' : 'on';
}
