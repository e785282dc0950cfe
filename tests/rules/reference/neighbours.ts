import type { Case } from '#tests/rules/reference/cases.ts';
import type { Planned } from '#tests/rules/reference/random-streams.ts';
import type { RuleTree, Scope } from '#tests/rules/reference/rule-tree.ts';

const scopes: readonly Scope[] = ['room', 'unit', 'building', 'grid', 'community'];
const lengths = [2, 3, 5, 10, 20];

/**
 * The case as one in which devices do nothing but count each other: random rules do so too seldom for what comes late
 * between two that said the same.
 */
export function asNeighbours(tried: Case): Case {
  const { cuts, rules, steps, troubles } = tried;
  const [first] = rules;
  if (!first) return tried;
  const rule: RuleTree = {
    ...first,
    properties: ['motion'],
    selected: null,
    key: 'device',
    levels: [],
    hours: null,
    trigger: {
      is: 'state',
      when: {
        is: 'compare',
        operator: '>=',
        left: {
          is: 'others',
          property: 'motion',
          value: true,
          scope: scopes[(cuts.length + troubles.length) % scopes.length] ?? 'community',
          length: lengths[steps.length % lengths.length] ?? 5,
        },
        right: { is: 'literal', number: 1 + (cuts.length % 2) },
      },
      clear: null,
      for: 0,
      clearFor: 0,
    },
  };
  return { ...tried, rules: [rule], steps: steps.map(onlyMotion) };
}

/** Mostly a motion, at times none. */
const onlyMotion = (step: Planned, index: number): Planned =>
  step.does === 'say' ? { ...step, values: { motion: index % 4 !== 0 }, mistaken: null } : step;
