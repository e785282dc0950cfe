import type { Case } from '#tests/rules/reference/cases.ts';
import type { RuleTree } from '#tests/rules/reference/rule-tree.ts';

/**
 * The first rule of a case, on one property, with two others that the same readings wake: random rules share what they
 * take in too seldom.
 */
export function withCompanions({ rules }: Case): readonly RuleTree[] {
  const [first] = rules;
  if (!first) return [];
  const rule: RuleTree = { ...first, properties: first.properties.slice(0, 1), lateness: 20 };
  const { trigger } = rule;
  const longer: RuleTree['trigger'] =
    trigger.is === 'state'
      ? { ...trigger, clear: null, for: trigger.for + 2, clearFor: trigger.clearFor + 1 }
      : trigger;
  const silence: RuleTree = { ...rule, levels: [], key: 'device', trigger: { is: 'silence', silent: 10 } };
  return [
    rule,
    { ...rule, id: `${rule.id}-longer`, trigger: longer },
    { ...silence, id: `${rule.id}-silence` },
  ];
}
