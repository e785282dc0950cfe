import { type RuleChange, type RuleChanges, ruleChanges } from '#app/rule-changes.ts';
import { asSourceHasIt, isSameRule, libraryActor, type RuleVersion } from '#model/rule-version.ts';
import type { LibraryRule } from '#rules/library/load.ts';

export interface LibraryPlanParts {
  readonly library: readonly LibraryRule[];
  /** The newest version of a rule, deletions included; undefined: there never was such a rule. */
  readonly last: (id: string) => RuleVersion | undefined;
  readonly standing: readonly RuleVersion[];
  /** As the sources put each rule last. */
  readonly bases: readonly RuleVersion[];
  /** Nothing was ever set up here. */
  readonly isFirstStart: boolean;
}

/**
 * What the rules of the library want: those that nobody edited are as the library has them now, their switches as they
 * were set; new ones come where the library is in use. What was edited or deleted stays so.
 */
export function planLibrary(parts: LibraryPlanParts): readonly RuleChanges[] {
  const { isFirstStart, last, library, standing } = parts;
  const followers = standing.filter(({ origin }) => origin === 'library');
  const bases = new Map(
    parts.bases.filter(({ actor }) => actor === libraryActor.id).map((base) => [base.rule, base]),
  );
  const puts = library.flatMap(({ id, source }): RuleChange[] => {
    const seen = last(id);
    if (!seen) return isFirstStart || followers.length > 0 ? [{ id, body: source, seen }] : [];
    if (!seen.source || seen.origin !== 'library') return [];
    const body = asSourceHasIt(source, bases.get(id)?.source ?? null, seen.source);
    return isSameRule(body, seen.source) ? [] : [{ id, body, seen }];
  });
  const known = new Set(library.map(({ id }) => id));
  const dropped = followers
    .filter(({ rule }) => !known.has(rule))
    .map((seen): RuleChange => ({ id: seen.rule, body: null, seen }));
  const changes = [...puts, ...dropped];
  const reason = isFirstStart ? 'the rule library' : 'the rule library of this version of Gridbell';
  return changes.length === 0 ? [] : [ruleChanges(libraryActor, reason, changes)];
}
