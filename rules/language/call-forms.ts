import type { ASTNode } from '@marcbachmann/cel-js';
import type { ConditionProblem } from '#rules/language/bounds.ts';
import { walk } from '#rules/language/syntax-tree.ts';

/** How each function is called: for those who call it otherwise. */
export const callForms: Readonly<Record<string, string>> = {
  last: "last('humidity')",
  age: "age('humidity')",
  avg: "avg('temperature', '10m')",
  min: "min('temperature', '10m')",
  max: "max('temperature', '10m')",
  sum: "sum('water-flow', '10m')",
  count: "count('door-open', '10m')",
  delta: "delta('temperature', '10m')",
  rate: "rate('temperature', '1m')",
  countWhere: "countWhere('access-result', 'denied', '5m')",
  others: "others('smoke', true, 'building', '2m')",
  baseline: "baseline('temperature').mean",
};

/** The number of arguments, by the form. */
const countOf = (form: string): number => form.split(',').length;

/** A call with too few or too many arguments. */
export function findMiscalled(root: ASTNode): ConditionProblem | undefined {
  let found: ConditionProblem | undefined;
  walk(root, (node) => {
    if (found || node.op !== 'call') return;
    const [name, given] = node.args;
    const form = Object.hasOwn(callForms, name) ? callForms[name] : undefined;
    if (form !== undefined && given.length !== countOf(form))
      found = { message: `${name}() is called as in ${form}`, offset: node.start };
  });
  return found;
}
