import type { Severity } from '#model/alarm.ts';
import type { RuleId } from '#model/brand.ts';
import type { Mode } from '#model/community.ts';
import type { HabitState, JoinScope, RuleSource, TaskOrder } from '#model/rule.ts';
import type { LocalText } from '#model/text.ts';
import type { Condition } from '#rules/language/condition.ts';
import type { HoursOfDay } from '#rules/language/hours.ts';
import type { Need } from '#rules/language/needs.ts';

/** What makes a rule fire; lengths in ms. */
export type Trigger =
  | {
      readonly kind: 'state';
      readonly when: Condition;
      /** Null: not `when`. */
      readonly clear: Condition | null;
      readonly forMs: number;
      /** So long without a reading that holds, and the waiting is over; absent: what was last said holds on. */
      readonly forGapMs?: number;
      readonly clearForMs: number;
    }
  | { readonly kind: 'event'; readonly when: Condition }
  | SilenceTrigger
  | HabitTrigger;

export interface SilenceTrigger {
  readonly kind: 'silence';
  /** So long, ms; `auto`: by the device's own cadence; `expected`: by its `expect-every` alone. */
  readonly silent: number | 'auto' | 'expected';
}

/** Longer in a state than is usual for this resident; lengths in ms. */
export interface HabitTrigger {
  readonly kind: 'habit';
  readonly state: HabitState | 'roaming';
  /** So many times what is usual; never before `leastMs`, at the latest at `mostMs`. */
  readonly usual: number;
  readonly leastMs: number;
  /** Null: no limit, and nothing before the habits are known. */
  readonly mostMs: number | null;
  /** Nothing is known of a person before so long. */
  readonly learnMs: number;
}

export type ListeningTrigger = SilenceTrigger | HabitTrigger;

/** It waits for signs of life; no condition is judged. */
export const isListening = (trigger: Trigger): trigger is ListeningTrigger =>
  trigger.kind === 'silence' || trigger.kind === 'habit';

/**
 * What has one alarm: each device; the nearest place of a kind at or above the device; the device's resident; each
 * value that a property has in the device's messages.
 */
export type RuleKey =
  | { readonly kind: 'device' }
  | { readonly kind: 'place'; readonly scope: JoinScope }
  | { readonly kind: 'resident' }
  | { readonly kind: 'and'; readonly property: string };

/** Which devices a rule is for; null: any. All that are given must fit. */
export interface Selection {
  readonly kind: ReadonlySet<string> | null;
  readonly place: ReadonlySet<string> | null;
  readonly tag: ReadonlySet<string> | null;
  readonly id: ReadonlySet<string> | null;
  /** Of the device's resident. */
  readonly livesAlone: boolean | null;
}

/** A severity while the alarm stands and `when` holds; the first that holds counts. */
export interface Level {
  readonly when: Condition;
  readonly severity: Severity;
}

/** A rule that was checked and compiled. */
export interface Rule {
  readonly id: RuleId;
  readonly name: LocalText;
  readonly source: RuleSource;
  readonly enabled: boolean;
  readonly category: string;
  readonly severity: Severity;
  readonly lifeSafety: boolean;
  /** Readings of these wake it. */
  readonly properties: ReadonlySet<string>;
  /** The one property that wakes it; null: several do, or any. */
  readonly property: string | null;
  /** `property: "*"`: every reading of the device wakes it, except `online`. */
  readonly anyProperty: boolean;
  readonly selection: Selection;
  readonly key: RuleKey;
  /** It runs, traces and counts, and raises nothing. */
  readonly shadow: boolean;
  readonly trigger: Trigger;
  readonly levels: readonly Level[];
  /** Properties that its conditions look up beside those that wake it. */
  readonly references: readonly string[];
  /** One of its conditions looks at `previous`. */
  readonly looksBack: boolean;
  /** What its conditions ask of the past. */
  readonly needs: readonly Need[];
  readonly unless: ReadonlySet<Mode['mode']>;
  readonly activeHours: HoursOfDay | null;
  readonly latenessMs: number;
  readonly task: TaskOrder | null;
  /** Equal for two versions exactly when the state of the one is good for the other. */
  readonly meaning: string;
}
