import { type RuleChange, type RuleChanges, ruleChanges } from '#app/rule-changes.ts';
import {
  asSaid,
  asSourceHasIt,
  isSameRule,
  libraryActor,
  type RuleVersion,
  trialReason,
} from '#model/rule-version.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import type { LibraryRule } from '#rules/library/load.ts';

export interface LibraryPlanParts {
  readonly library: readonly LibraryRule[];
  /** The newest version of a rule, deletions included; undefined: there never was such a rule. */
  readonly last: (id: string) => RuleVersion | undefined;
  readonly standing: readonly RuleVersion[];
  /** As the sources put each rule last. */
  readonly bases: readonly RuleVersion[];
  /** The versions of a rule before one of them, newest first. */
  readonly earlier: (version: RuleVersion) => readonly RuleVersion[];
  /** Nothing was ever set up here. */
  readonly isFirstStart: boolean;
  /** How a rule that was not there before comes in with another version of Gridbell; one of life safety is active at once. */
  readonly newRules: 'shadow' | 'active';
}

/**
 * What the rules of the library want: those that nobody edited are as the library has them now, their switches as they
 * were set; new ones come where the library is in use, on trial unless they are of life safety or the setting says otherwise.
 * What was edited or deleted stays so.
 */
export function planLibrary(parts: LibraryPlanParts): readonly RuleChanges[] {
  const { isFirstStart, last, library, standing } = parts;
  const followers = standing.filter(({ origin }) => origin === 'library');
  const bases = new Map(
    parts.bases.filter(({ actor }) => actor === libraryActor.id).map((base) => [base.rule, base]),
  );
  const puts = library.flatMap(({ id, source }): RuleChange[] => {
    const seen = last(id);
    if (!seen) return [];
    if (!seen.source || seen.origin !== 'library') return [];
    const base = bases.get(id);
    const body = asSourceHasIt(source, base ? asSaid(source, base, parts.earlier) : null, seen.source);
    return isSameRule(body, seen.source) ? [] : [{ id, body, seen }];
  });
  const known = new Set(library.map(({ id }) => id));
  const dropped = followers
    .filter(({ rule }) => !known.has(rule))
    .map((seen): RuleChange => ({ id: seen.rule, body: null, seen }));
  const isInUse = isFirstStart || followers.length > 0;
  const fresh = isInUse ? library.filter(({ id }) => !last(id)) : [];
  const isOnTrial = (rule: LibraryRule): boolean =>
    !isFirstStart && parts.newRules === 'shadow' && !isLifeSafety(rule);
  const changes = [...puts, ...fresh.filter((rule) => !isOnTrial(rule)).map(newRule), ...dropped];
  const trials = fresh
    .filter(isOnTrial)
    .map(({ id, source }) => newRule({ id, source: { ...source, shadow: true } }));
  const reason = isFirstStart ? 'the rule library' : 'the rule library of this version of Gridbell';
  return [
    ...(changes.length === 0 ? [] : [ruleChanges(libraryActor, reason, changes)]),
    ...(trials.length === 0 ? [] : [ruleChanges(libraryActor, trialReason, trials)]),
  ];
}

const newRule = ({ id, source }: LibraryRule): RuleChange => ({ id, body: source, seen: undefined });

const isLifeSafety = ({ source }: LibraryRule): boolean => {
  const built = parseRule(source);
  return 'rule' in built && built.rule.lifeSafety;
};
