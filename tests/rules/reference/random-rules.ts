import { severities } from '#model/alarm.ts';
import {
  booleanProperties,
  conditions,
  numericProperties,
} from '#tests/rules/reference/random-conditions.ts';
import type { KeyTree, RuleTree, TriggerTree } from '#tests/rules/reference/rule-tree.ts';
import { fc } from '#tests/support/properties.ts';

const severity = fc.constantFrom(...severities);
const lengths = fc.constantFrom(0, 0, 1, 2, 5, 10);
/** Often none, else one of these. */
const often = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const triggers = (isNumeric: boolean): fc.Arbitrary<TriggerTree> => {
  const when = conditions(isNumeric);
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        is: fc.constant('state' as const),
        when,
        clear: fc.oneof(fc.constant(null), fc.constant(null), when),
        for: lengths,
        clearFor: lengths,
      }),
    },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('event' as const), when }) },
    {
      weight: 2,
      arbitrary: fc.record({
        is: fc.constant('silence' as const),
        silent: fc.constantFrom<number | 'auto'>(10, 20, 30, 'auto'),
      }),
    },
  );
};

const keys = fc.constantFrom<KeyTree>(
  'device',
  'device',
  'device',
  'credential',
  'resident',
  'room',
  'unit',
  'building',
  'grid',
  'community',
);

function rules(isNumeric: boolean): fc.Arbitrary<Omit<RuleTree, 'id'>> {
  return fc.record({
    severity,
    properties: fc.subarray([...(isNumeric ? numericProperties : booleanProperties)], { minLength: 1 }),
    selected: often<RuleTree['selected']>(
      null,
      fc.constantFrom({ tag: 'blue' }, { place: 'g1' }, { place: 'r11' }),
    ),
    key: keys,
    trigger: triggers(isNumeric),
    levels: often<RuleTree['levels']>(
      [],
      fc.array(fc.record({ when: conditions(isNumeric), severity }), { minLength: 1, maxLength: 2 }),
    ),
    hours: often<RuleTree['hours']>(
      null,
      fc.record({
        from: fc.constantFrom(12, 13, 22),
        to: fc.constantFrom(2, 14, 18),
        days: fc.constantFrom([1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4], [4, 5]),
      }),
    ),
    unless: fc.constantFrom<RuleTree['unless']>([], ['away'], ['away', 'maintenance']),
    lifeSafety: often(false, fc.constant(true)),
    lateness: fc.constantFrom(20, 24),
  });
}

/** What the language does not take: nothing is said of it here. */
function mended(rule: Omit<RuleTree, 'id'>): Omit<RuleTree, 'id'> {
  const { trigger, key } = rule;
  const isSilence = trigger.is === 'silence';
  // What was said with a credential is forgotten after a while (docs/rules.md): no look at it has to be as old.
  const looksBack = /previous|"last"|"said"|changed|fresh/.test(JSON.stringify(rule));
  return {
    ...rule,
    levels: isSilence ? [] : rule.levels,
    key: key === 'credential' && (isSilence || looksBack) ? 'device' : key,
  };
}

/** One to three rules, in the order of their ids. */
export const someRules: fc.Arbitrary<readonly RuleTree[]> = fc
  .array(fc.boolean().chain(rules), { minLength: 1, maxLength: 3 })
  .map((all) => all.map((rule, index) => ({ ...mended(rule), id: `r${index + 1}` })));
