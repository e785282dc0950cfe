import type { ASTNode } from '@marcbachmann/cel-js';
import { propertyCatalogue } from '#model/catalogue.ts';
import type { RuleSource } from '#model/rule.ts';
import type { Complaints } from '#rules/language/complaints.ts';
import type { Condition } from '#rules/language/condition.ts';
import { findImpossible } from '#rules/language/impossible.ts';
import { findUnsaid, whyNotSaid } from '#rules/language/kinds.ts';
import { literalOf } from '#rules/language/literal.ts';
import { findUnknownName } from '#rules/language/names.ts';
import { problemOf, type WordedProblem } from '#rules/language/problem-texts.ts';
import { isAlways, isCovered, isExcluded, isNever, standingTerms } from '#rules/language/reach.ts';
import type { Waking } from '#rules/language/subject.ts';
import type { Term } from '#rules/language/terms.ts';
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
  const sound: Placed[] = [];
  for (const { path, condition } of placed) {
    const { root } = condition;
    const problem =
      findUnsaid(root, kinds) ??
      findUnitMismatch(root, waking) ??
      findImpossible(root, waking) ??
      findUnknownName(root, waking);
    if (problem) complaints.add(path, problem.message, problem.offset);
    else sound.push({ path, condition });
  }
  checkReach(source, sound, { waking, complaints });
}

/** Conditions that hold always or never, and those that are never reached. */
function checkReach(
  source: RuleSource,
  placed: readonly Placed[],
  { waking, complaints }: { waking: Waking; complaints: Complaints },
): void {
  const rootOf = (key: string): ASTNode | undefined =>
    placed.find(({ path }) => path[0] === key)?.condition.root;
  const when = rootOf('when');
  // Without a sound `clear` nobody knows what holds.
  const isWhole = when !== undefined && (source.clear !== undefined) === (rootOf('clear') !== undefined);
  const standing = (isWhole ? standingTerms(when, rootOf('clear')) : undefined) ?? [[]];
  const levels: ASTNode[] = [];
  for (const { path, condition } of placed) {
    const { root } = condition;
    const before = path[0] === 'levels' ? [...levels] : when === undefined ? [] : [when];
    const why = whyIdle({ key: path[0], root, before, standing, waking, isEvent: source.event === true });
    if (why !== undefined) complaints.add(path, why, 0);
    if (path[0] === 'levels') levels.push(root);
  }
}

interface Looked {
  /** Of the rule: `when`, `clear` or `levels`. */
  readonly key: string | undefined;
  readonly root: ASTNode;
  /** What is asked before it: `when` before `clear`, and the levels above a level. */
  readonly before: readonly ASTNode[];
  /** What holds while the alarm stands. */
  readonly standing: readonly Term[];
  readonly waking: Waking;
  readonly isEvent: boolean;
}

/** Why a condition might as well not be there; undefined: it says something. */
function whyIdle({ key, root, before, standing, waking, isEvent }: Looked): WordedProblem | undefined {
  switch (key) {
    case 'when':
      if (isNever(root, waking)) return problemOf('never-true');
      return !isEvent && isAlways(root, waking) ? problemOf('always-true') : undefined;
    case 'clear':
      // Written out, it is meant: the alarm never ends by itself.
      if (literalOf(root) === false) return undefined;
      if (isNever(root, waking)) return problemOf('never-true-clear');
      return isCovered(root, before, { waking }) ? problemOf('clear-never-reached') : undefined;
    default:
      if (isNever(root, waking)) return problemOf('never-true');
      if (isExcluded(root, standing, waking)) return problemOf('level-never-true');
      return isCovered(root, before, { waking, within: standing })
        ? problemOf('level-never-reached')
        : undefined;
  }
}
