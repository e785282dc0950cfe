import { lastOf, type Moment, numberOf, previousOf, type Setting } from '#tests/rules/reference/readings.ts';
import type { ConditionTree } from '#tests/rules/reference/rule-tree.ts';

/** True, false, or undefined: unknown. */
export type Truth = boolean | undefined;

export const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);

/** True where one is true; false where all are false; else unknown. */
export const any = (truths: readonly Truth[]): Truth =>
  truths.includes(true) ? true : truths.includes(undefined) ? undefined : false;

/** False where one is false; true where all are true; else unknown. */
export const all = (truths: readonly Truth[]): Truth =>
  truths.includes(false) ? false : truths.includes(undefined) ? undefined : true;

type Comparison = Extract<ConditionTree, { is: 'compare' }>;

function compare({ operator, left, right }: Comparison, moment: Moment, setting: Setting): Truth {
  const a = numberOf(left, moment, setting);
  const b = numberOf(right, moment, setting);
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '==':
      return a === b;
    case '!=':
      return a !== b;
  }
}

/** What a condition says of a moment. */
export function truthOf(tree: ConditionTree, moment: Moment, setting: Setting): Truth {
  const truth = (part: ConditionTree): Truth => truthOf(part, moment, setting);
  const { values, at, device } = moment.message;
  switch (tree.is) {
    case 'compare':
      return compare(tree, moment, setting);
    case 'says':
      return values[moment.property] === tree.expected;
    case 'said': {
      const last = lastOf(tree.property, moment, setting);
      return last && last.value === tree.expected;
    }
    case 'changed': {
      const before = previousOf(moment, setting);
      return before === undefined ? undefined : values[moment.property] !== before;
    }
    case 'fresh': {
      const last = lastOf(tree.property, moment, setting);
      return last && at - last.at < tree.within * setting.unitMs;
    }
    case 'in-message':
      return tree.property in values;
    case 'device':
      return device === tree.id;
    case 'not':
      return not(truth(tree.inner));
    case 'or':
      return any([truth(tree.left), truth(tree.right)]);
    case 'and':
      return all([truth(tree.left), truth(tree.right)]);
  }
}
