import type { Severity } from '#model/alarm.ts';
import type { RuleId } from '#model/brand.ts';
import type { Mode } from '#model/community.ts';
import type { RuleSource, TaskOrder } from '#model/rule.ts';
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
      readonly clearForMs: number;
    }
  | { readonly kind: 'event'; readonly when: Condition }
  /** So long, ms; `auto`: by the device's own cadence; `expected`: by its `expect-every` alone. */
  | { readonly kind: 'silence'; readonly silent: number | 'auto' | 'expected' };

/** Which devices a rule is for; null: any. All that are given must fit. */
export interface Selection {
  readonly kind: ReadonlySet<string> | null;
  readonly place: ReadonlySet<string> | null;
  readonly tag: ReadonlySet<string> | null;
  readonly id: ReadonlySet<string> | null;
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
  /** `property: "*"`: every reading of the device wakes it, except `online`. */
  readonly anyProperty: boolean;
  readonly selection: Selection;
  readonly trigger: Trigger;
  readonly levels: readonly Level[];
  /** Properties that its conditions look up beside those that wake it. */
  readonly references: readonly string[];
  /** What its conditions ask of the past. */
  readonly needs: readonly Need[];
  readonly unless: ReadonlySet<Mode['mode']>;
  readonly activeHours: HoursOfDay | null;
  readonly latenessMs: number;
  readonly task: TaskOrder | null;
  /** Equal for two versions exactly when the state of the one is good for the other. */
  readonly meaning: string;
}
