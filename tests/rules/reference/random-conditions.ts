import type { Value } from '#model/reading.ts';
import type { ConditionTree, NumberTree } from '#tests/rules/reference/rule-tree.ts';
import { fc } from '#tests/support/properties.ts';

/** Small, so that two of them are often equal. */
export const numbers = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 0.5, 2.5, 0.1, 0.2, 0.3, 7.1);
export const numericProperties = ['voltage', 'battery-voltage'] as const;
export const booleanProperties = ['motion', 'door-open'] as const;

const length = fc.constantFrom(1, 2, 3, 5, 10, 20);
const numeric = fc.constantFrom(...numericProperties);
const boolean = fc.constantFrom(...booleanProperties);
const anything = fc.constantFrom(...numericProperties, ...booleanProperties, 'credential');
const scope = fc.constantFrom('room', 'unit', 'building', 'grid', 'community');
const literal = numbers.map((number): NumberTree => ({ is: 'literal', number }));
/** A property with a value that it often has. */
const saying: fc.Arbitrary<{ property: string; value: Value }> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ property: boolean, value: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ property: numeric, value: fc.constantFrom(0, 1, 2, 5) }) },
  {
    weight: 1,
    arbitrary: fc.record({ property: fc.constant('credential'), value: fc.constantFrom('a', 'b') }),
  },
);

const compare = (
  left: fc.Arbitrary<NumberTree>,
  right: fc.Arbitrary<NumberTree>,
): fc.Arbitrary<ConditionTree> =>
  fc.record({
    is: fc.constant('compare'),
    operator: fc.constantFrom('<', '<=', '>', '>=', '==', '!='),
    left,
    right,
  });

/** Has the unit of the property, so that it may be compared with a value. */
const ofTheUnit = fc.record({
  is: fc.constant('window'),
  fn: fc.constantFrom('avg', 'min', 'max', 'sum', 'delta'),
  property: numeric,
  length,
});
const windows = fc.record({
  is: fc.constant('window'),
  fn: fc.constantFrom('avg', 'min', 'max', 'sum', 'count', 'delta', 'rate'),
  property: numeric,
  length,
});
const counting = fc.oneof(
  fc.record({ is: fc.constant('window'), fn: fc.constant('count'), property: anything, length }),
  fc
    .tuple(saying, length)
    .map(([said, units]): NumberTree => ({ is: 'count-where', ...said, length: units })),
);
const othersSaid = fc
  .tuple(saying, scope, length)
  .map(([said, around, units]): NumberTree => ({ is: 'others', ...said, scope: around, length: units }));
const few = fc.constantFrom(1, 1, 2, 3).map((number): NumberTree => ({ is: 'literal', number }));
/** No sum of squares of what devices say has such a root: a deviation is never just equal to it. */
const deviations = fc
  .constantFrom(0.337, 1.137, 2.413)
  .map((number): NumberTree => ({ is: 'literal', number }));
const baseline = (part: 'n' | 'mean' | 'sd'): fc.Arbitrary<NumberTree> =>
  fc.record({ is: fc.constant('baseline'), property: fc.oneof(numeric, boolean), part: fc.constant(part) });

/** A condition that is one look at something, for a rule on numbers or on booleans. */
function looks(isNumeric: boolean): fc.Arbitrary<ConditionTree> {
  const value: fc.Arbitrary<NumberTree> = isNumeric
    ? fc.constant({ is: 'value' })
    : numeric.map((property) => ({ is: 'last', property }));
  const plain = isNumeric
    ? fc.oneof(
        compare(value, literal),
        compare(
          fc
            .tuple(value, fc.constant<NumberTree>({ is: 'previous' }))
            .map(([left, right]) => ({ is: 'minus', left, right })),
          literal,
        ),
      )
    : fc.record({ is: fc.constant('says'), expected: fc.boolean() });
  return fc.oneof(
    { weight: 6, arbitrary: plain },
    {
      weight: 1,
      arbitrary: fc.record({ is: fc.constant('said'), property: boolean, expected: fc.boolean() }),
    },
    { weight: 1, arbitrary: fc.constant({ is: 'changed' }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('fresh'), property: anything, within: length }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('in-message'), property: anything }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('device'), id: fc.constantFrom('d1', 'd3') }) },
    {
      weight: 1,
      arbitrary: compare(
        value,
        numeric.map((property) => ({ is: 'last', property })),
      ),
    },
    { weight: 5, arbitrary: compare(windows, literal) },
    { weight: 2, arbitrary: compare(value, ofTheUnit) },
    { weight: 3, arbitrary: compare(counting, few) },
    { weight: 4, arbitrary: compare(othersSaid, few) },
    { weight: 2, arbitrary: compare(baseline('n'), few) },
    { weight: 4, arbitrary: compare(value, baseline('mean')) },
    { weight: 2, arbitrary: compare(baseline('sd'), deviations) },
  ) as fc.Arbitrary<ConditionTree>;
}

/** Up to four looks, put together. */
export function conditions(isNumeric: boolean): fc.Arbitrary<ConditionTree> {
  const look = looks(isNumeric);
  const more = fc.oneof(
    { weight: 3, arbitrary: look },
    { weight: 1, arbitrary: look.map((inner): ConditionTree => ({ is: 'not', inner })) },
  );
  const both = fc.record({
    is: fc.constantFrom('and', 'or'),
    left: more,
    right: more,
  }) as fc.Arbitrary<ConditionTree>;
  const many = fc.record({
    is: fc.constantFrom('and', 'or'),
    left: both,
    right: more,
  }) as fc.Arbitrary<ConditionTree>;
  return fc.oneof(
    { weight: 5, arbitrary: look },
    { weight: 3, arbitrary: both },
    { weight: 1, arbitrary: many },
  );
}
