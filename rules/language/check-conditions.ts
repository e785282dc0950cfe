import { propertyCatalogue } from '#model/catalogue.ts';
import type { RuleSource } from '#model/rule.ts';
import type { Complaints } from '#rules/language/complaints.ts';
import type { Condition } from '#rules/language/condition.ts';
import { findUnsaid, whyNotSaid } from '#rules/language/kinds.ts';
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
    const problem = findUnsaid(condition.root, kinds) ?? findUnitMismatch(condition.root, waking);
    if (problem) complaints.add(path, problem.message, problem.offset);
  }
}
