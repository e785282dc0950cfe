import type { ASTNode } from '@marcbachmann/cel-js';
import { propertyCatalogue } from '#model/catalogue.ts';
import type { RuleSource } from '#model/rule.ts';
import type { Complaints } from '#rules/language/complaints.ts';
import type { Condition } from '#rules/language/condition.ts';
import { findImpossible } from '#rules/language/impossible.ts';
import { findUnsaid, whyNotSaid } from '#rules/language/kinds.ts';
import { literalOf } from '#rules/language/literal.ts';
import { isAlways, isCovered, isNever } from '#rules/language/reach.ts';
import type { Waking } from '#rules/language/subject.ts';
import { findUnitMismatch } from '#rules/language/units.ts';

/** A condition and where in the rule it stands: `when`, `levels 0 when`. */
export interface Placed {
  readonly path: readonly string[];
  readonly condition: Condition;
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

/** Properties that none of the kinds says which the rule is for. */
export function checkKinds(source: RuleSource, complaints: Complaints): void {
  const kinds = listOf(source.devices?.kind);
  for (const [index, name] of listOf(source.property).entries()) {
    const why = whyNotSaid(kinds, name);
    if (why !== undefined && propertyCatalogue.has(name))
      complaints.add(typeof source.property === 'string' ? ['property'] : ['property', String(index)], why);
  }
  if (typeof source.key !== 'object') return;
  const why = whyNotSaid(kinds, source.key.and);
  if (why !== undefined && propertyCatalogue.has(source.key.and)) complaints.add(['key', 'and'], why);
}

/** What no single expression shows: it takes the rule's properties and devices. */
export function checkConditions(source: RuleSource, placed: readonly Placed[], complaints: Complaints): void {
  const kinds = listOf(source.devices?.kind);
  const waking: Waking = listOf(source.property).flatMap((name) => propertyCatalogue.get(name) ?? []);
  for (const { path, condition } of placed) {
    const { root } = condition;
    const problem = findUnsaid(root, kinds) ?? findUnitMismatch(root, waking) ?? findImpossible(root, waking);
    if (problem) complaints.add(path, problem.message, problem.offset);
  }
  if (!complaints.any) checkReach(source, placed, { waking, complaints });
}

/** Conditions that hold always or never, and levels that no reading reaches. */
function checkReach(
  source: RuleSource,
  placed: readonly Placed[],
  { waking, complaints }: { waking: Waking; complaints: Complaints },
): void {
  const above: ASTNode[] = [];
  for (const { path, condition } of placed) {
    const { root } = condition;
    const [key] = path;
    if (isNever(root, waking)) {
      // Written out, it is meant: the alarm stands until somebody ends it.
      if (key !== 'clear' || literalOf(root) !== false)
        complaints.add(
          path,
          `this can never be true${key === 'clear' ? '; write false if that is meant' : ''}`,
          0,
        );
    } else if (key === 'levels' && isCovered(root, above, waking))
      complaints.add(path, 'never reached: whenever this is true, a level above it is', 0);
    else if (key === 'when' && isStanding(source) && isAlways(root, waking))
      complaints.add(path, 'this is always true: the alarm would never be over', 0);
    if (key === 'levels') above.push(root);
  }
}

/** An alarm that only `when` ends. */
const isStanding = ({ event, clear }: RuleSource): boolean => event !== true && clear === undefined;
