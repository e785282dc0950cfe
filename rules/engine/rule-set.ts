import type { RuleId } from '#model/brand.ts';
import type { RuleProblem } from '#model/rule.ts';
import { glanceOf } from '#rules/engine/glance.ts';
import { Rosters } from '#rules/engine/roster.ts';
import { type RuleCounts, RuleTallies } from '#rules/engine/rule-counts.ts';
import type { Keeping } from '#rules/engine/series/track.ts';
import { windowName } from '#rules/engine/series/window.ts';
import type { LoadedRule } from '#rules/engine/subject.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import type { OthersNeed } from '#rules/language/needs.ts';
import { isListening, type Rule } from '#rules/language/rule.ts';

/** A rule as the store has it. */
export interface StoredRule {
  readonly id: string;
  readonly version: number;
  /** As written; camelCase or kebab-case keys. */
  readonly source: Readonly<Record<string, unknown>>;
}

/** What became of a rule; not valid: it is shown with its problems and does nothing. */
export interface RuleStatus {
  readonly id: string;
  readonly version: number;
  readonly valid: boolean;
  readonly problems: readonly RuleProblem[];
}

/** The same with what it did since the start. */
export interface CountedStatus extends RuleStatus {
  readonly counts: RuleCounts;
}

const noRules: readonly LoadedRule[] = [];
const noNeeds: readonly OthersNeed[] = [];

/** All rules, the broken ones too, and which of them a reading of a property may wake. In order of id. */
export class RuleSet {
  readonly status: readonly RuleStatus[];
  readonly silences: readonly LoadedRule[];
  /** The longest lateness of all: how long readings have to be kept. */
  readonly longestLatenessMs: number;
  readonly rosters = new Rosters();
  readonly #tallies: RuleTallies;
  readonly #loaded = new Map<string, LoadedRule>();
  readonly #broken = new Set<string>();
  readonly #waking = new Map<string, LoadedRule[]>();
  readonly #referring = new Map<string, LoadedRule[]>();
  readonly #waked: readonly LoadedRule[];
  /** By the length of the longest window, ms. */
  readonly #keepings = new Map<number, Keeping>();
  /** Slots of windows, by name. */
  readonly #slots = new Map<string, number>();
  readonly #others = new Map<string, OthersNeed[]>();
  readonly #parted = new Map<string, LoadedRule[]>();

  /** `tallies` go on counting from set to set. */
  constructor(stored: readonly StoredRule[], tallies = new RuleTallies()) {
    this.#tallies = tallies;
    tallies.keepOnly(new Set(stored.map(({ id }) => id)));
    const inOrder = [...stored].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.status = inOrder.map((entry) => this.#load(entry));
    const loaded = [...this.#loaded.values()];
    this.silences = loaded.filter(({ rule }) => isListening(rule.trigger));
    this.#waked = loaded.filter(({ rule }) => rule.anyProperty);
    this.longestLatenessMs = Math.max(0, ...loaded.map(({ rule }) => rule.latenessMs));
  }

  /** With the counts as they are now. */
  countedStatus(): readonly CountedStatus[] {
    return this.status.map((status) => ({ ...status, counts: this.#tallies.of(status.id).counts }));
  }

  get(id: string): LoadedRule | undefined {
    return this.#loaded.get(id);
  }
  isBroken(id: string): boolean {
    return this.#broken.has(id);
  }
  rule(id: RuleId): Rule | undefined {
    return this.#loaded.get(id)?.rule;
  }

  /** How long readings are kept that these windows are about; one object for all that want the same. */
  keeping(windowMs: number): Keeping {
    const keeping = this.#keepings.get(windowMs) ?? { latenessMs: this.longestLatenessMs, windowMs };
    this.#keepings.set(windowMs, keeping);
    return keeping;
  }

  /** Rules that a reading of the property may wake. A gateway's word on who is online is no sign of life. */
  woken(property: string): readonly LoadedRule[] {
    const named = this.#waking.get(property) ?? noRules;
    return property === 'online' ? named : [...named, ...this.#waked];
  }
  /** An event to some rule, and to none a state that it judges or looks up. */
  isMomentary(property: string): boolean {
    const kinds = new Set(
      [...(this.#waking.get(property) ?? noRules), ...this.referring(property)].map(
        ({ rule }) => rule.trigger.kind,
      ),
    );
    return kinds.has('event') && !kinds.has('state');
  }
  /** Rules that look the property up without being woken by it. */
  referring(property: string): readonly LoadedRule[] {
    return this.#referring.get(property) ?? noRules;
  }

  /** What rules of other devices count of the property. */
  askedOfOthers(property: string): readonly OthersNeed[] {
    return this.#others.get(property) ?? noNeeds;
  }

  /** Properties by whose values some rule tells the readings of a device apart. */
  get partingProperties(): readonly string[] {
    return [...this.#parted.keys()];
  }
  partedBy(property: string): readonly LoadedRule[] {
    return this.#parted.get(property) ?? noRules;
  }

  #load({ id, version, source }: StoredRule): RuleStatus {
    const built = parseRule({ ...source, id });
    if ('problems' in built) {
      this.#broken.add(id);
      return { id, version, valid: false, problems: built.problems };
    }
    const { rule } = built;
    const loaded = { rule, version, tally: this.#tallies.of(id), glance: glanceOf(rule) };
    this.#loaded.set(id, loaded);
    for (const property of built.rule.properties) add(this.#waking, property, loaded);
    for (const property of built.rule.references)
      if (!built.rule.properties.has(property)) add(this.#referring, property, loaded);
    for (const need of built.rule.needs) {
      if (need.kind !== 'baseline') need.slot = this.#slotOf(windowName(need));
      if (need.kind === 'others') add(this.#others, need.property, need);
    }
    const { key } = built.rule;
    if (key.kind === 'and') add(this.#parted, key.property, loaded);
    return { id, version, valid: true, problems: [] };
  }

  #slotOf(window: string): number {
    const slot = this.#slots.get(window) ?? this.#slots.size;
    this.#slots.set(window, slot);
    return slot;
  }
}

function add<T>(index: Map<string, T[]>, property: string, entry: T): void {
  const known = index.get(property);
  if (known) known.push(entry);
  else index.set(property, [entry]);
}
