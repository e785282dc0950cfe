import type { EpochMs } from '#model/brand.ts';
import type { Device } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import { findWorker } from '#tasks/dispatch.ts';

export interface UnroutedQuestion {
  readonly devices: readonly Device[];
  readonly configuration: Configuration;
  /** As they are stored. */
  readonly rules: readonly Readonly<Record<string, unknown>>[];
  readonly now: EpochMs;
}

/** A task of this rule at this place would find nobody. */
export interface Unrouted {
  readonly rule: string;
  readonly category: string;
  readonly place: string;
}

/** Asks the dispatcher itself, for every rule that makes tasks and every place with a device of a kind that it watches. */
export function unrouted({ configuration, devices, now, rules }: UnroutedQuestion): readonly Unrouted[] {
  const found: Unrouted[] = [];
  for (const source of rules) {
    const built = parseRule(source);
    if (!('rule' in built) || built.rule.task === null || !built.rule.enabled) continue;
    const { id, category, selection, task } = built.rule;
    const watched = devices.filter(({ kind }) => selection.kind === null || selection.kind.has(kind));
    for (const place of new Set(watched.map((device) => device.place))) {
      const { person } = findWorker(
        { configuration, countOpen: () => 0 },
        { place, role: task.to, category, skills: [], excluded: new Set(), at: now },
      );
      if (person === null) found.push({ rule: id, category, place });
    }
  }
  return found;
}
