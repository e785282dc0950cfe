import type { EpochMs, PlaceId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import { Reach, unroutedPlaces } from '#tasks/coverage.ts';
import { dutyChain } from '#tasks/duty-roles.ts';

export interface UnroutedQuestion {
  readonly configuration: Configuration;
  /** As they are stored. */
  readonly rules: readonly Readonly<Record<string, unknown>>[];
  readonly now: EpochMs;
}

/** A task of this category, or of this rule, at this place would find nobody. */
export interface Unrouted {
  readonly category: string;
  readonly place: PlaceId;
  /** Its task is for another role than its category's owner, and there it would find nobody. */
  readonly rule?: string;
}

/**
 * What nobody would get: every category at every place, and every rule that makes tasks where one of its devices is. A rule
 * is named only where its category is not.
 */
export function unrouted({ configuration, now, rules }: UnroutedQuestion): readonly Unrouted[] {
  const reach = new Reach(configuration, now);
  const byCategory = unroutedPlaces(configuration, reach);
  const known = new Set(byCategory.map(({ category, place }) => `${category} ${place}`));
  const devices = [...configuration.devices()];
  const byRule = rules.flatMap((source) => {
    const built = parseRule(source);
    if (!('rule' in built) || built.rule.task === null || !built.rule.enabled) return [];
    const { id, category, selection, task } = built.rule;
    const chain = dutyChain(task.to, configuration.category(category));
    const watched = devices.filter(({ kind }) => selection.kind === null || selection.kind.has(kind));
    return [...new Set(watched.map(({ place }) => place))]
      .filter((place) => !known.has(`${category} ${place}`) && !reach.findsSomebody(place, chain))
      .map((place) => ({ category, place, rule: String(id) }));
  });
  return [...byCategory.map(({ category, place }) => ({ category, place })), ...byRule];
}
