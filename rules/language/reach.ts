import type { ASTNode } from '@marcbachmann/cel-js';
import { literalOf } from '#rules/language/literal.ts';
import { both, except, isEmpty, type Range, rangeOf } from '#rules/language/ranges.ts';
import { valuesOf, type Waking } from '#rules/language/subject.ts';
import { walk } from '#rules/language/syntax-tree.ts';
import { type Term, termsOf, together } from '#rules/language/terms.ts';

/** True when the condition can never hold, whatever is said. */
export function isNever(root: ASTNode, waking: Waking): boolean {
  const terms = termsOf(root);
  return terms?.every((term) => excludesItself(term, [], waking)) ?? false;
}

/** True when it holds whatever is said. One that may be unknown does not. */
export function isAlways(root: ASTNode, waking: Waking): boolean {
  const terms = termsOf(root, false);
  return terms?.every((term) => excludesItself([], term, waking)) ?? false;
}

/** What holds while an alarm goes on; undefined: too much to be looked through. */
export function standingTerms(when: ASTNode, clear: ASTNode | undefined): readonly Term[] | undefined {
  const holding = termsOf(when);
  if (clear === undefined) return holding;
  // Between the two nothing is over.
  const [notHolding, notClear] = [termsOf(when, false), termsOf(clear, false)];
  const between = notHolding && notClear && together(notHolding, notClear);
  return holding && between && [...holding, ...between];
}

/** True when it is never true with one of these terms. */
export const isExcluded = (root: ASTNode, terms: readonly Term[], waking: Waking): boolean =>
  isCovered(root, [], { waking, within: terms });

/** True when one of those before holds whenever this one does. `within`: one of these terms holds as well. */
export function isCovered(
  root: ASTNode,
  before: readonly ASTNode[],
  { waking, within = [[]] }: { readonly waking: Waking; readonly within?: readonly Term[] },
): boolean {
  const alone = termsOf(root);
  const own = alone && together(alone, within);
  let others: readonly Term[] | undefined = [[]];
  for (const each of before) {
    const terms = termsOf(each, false);
    others = others && terms && together(others, terms);
  }
  return own?.every((term) => others?.every((rest) => excludesItself(term, rest, waking)) ?? false) ?? false;
}

interface Seen {
  readonly range: Range;
  /** What it is about is known, or the term would not hold. */
  readonly isKnown: boolean;
}

/**
 * `own` holds, and none of `denied` says otherwise: can that be? What is only denied may be unknown as well, so it
 * excludes nothing by itself.
 */
function excludesItself(own: Term, denied: Term, waking: Waking): boolean {
  const seen = new Map<string, Seen>();
  for (const [term, isOwn] of [
    [own, true],
    [denied, false],
  ] as const)
    for (const { subject, key, range } of term) {
      const before = seen.get(key);
      seen.set(key, {
        range: both(before?.range ?? possible(subject, waking), range),
        isKnown: isOwn || (before?.isKnown ?? isSure(subject, waking)),
      });
    }
  return [...seen.values()].some(({ range, isKnown }) => isKnown && isEmpty(range));
}

/** By the catalogue, and for what is written out. */
function possible(subject: ASTNode, waking: Waking): Range {
  const value = literalOf(subject);
  if (value !== undefined) return { kind: 'among', values: [value] };
  const definitions = valuesOf(subject, waking);
  const [only] = definitions;
  const any: Range = except();
  return definitions.length === 1 && only ? (rangeOf(only) ?? any) : any;
}

const sureNames: ReadonlySet<string> = new Set(['value', 'property', 'at', 'device']);

/** It never lacks data, and its type is sure. */
function isSure(subject: ASTNode, waking: Waking): boolean {
  let isKnown = true;
  walk(subject, (node) => {
    if (node.op === 'call') isKnown = false;
    if (node.op !== 'id') return;
    if (!sureNames.has(node.args) || (node.args === 'value' && !haveOneType(waking))) isKnown = false;
  });
  return isKnown;
}

const haveOneType = (waking: Waking): boolean =>
  waking.every(({ type, also }) => also === undefined && type === waking[0]?.type);
