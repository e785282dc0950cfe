import type { Severity } from '#model/alarm.ts';
import type { Value } from '#model/reading.ts';

export type Scope = 'room' | 'unit' | 'building' | 'grid' | 'community';
export type WindowName = 'avg' | 'min' | 'max' | 'sum' | 'count' | 'delta' | 'rate';

/** Lengths of time are whole units of the case: a second, a minute or an hour (`Case.unitMs`). */
export type Units = number;

/** What has a number as its value. */
export type NumberTree =
  | { readonly is: 'literal'; readonly number: number }
  | { readonly is: 'value' }
  | { readonly is: 'previous' }
  | { readonly is: 'last'; readonly property: string }
  | { readonly is: 'window'; readonly fn: WindowName; readonly property: string; readonly length: Units }
  | { readonly is: 'count-where'; readonly property: string; readonly value: Value; readonly length: Units }
  | {
      readonly is: 'others';
      readonly property: string;
      readonly value: Value;
      readonly scope: Scope;
      readonly length: Units;
    }
  | { readonly is: 'baseline'; readonly property: string; readonly part: 'n' | 'mean' | 'sd' }
  | { readonly is: 'plus' | 'minus'; readonly left: NumberTree; readonly right: NumberTree };

/** What is true, false or unknown. */
export type ConditionTree =
  | {
      readonly is: 'compare';
      readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!=';
      readonly left: NumberTree;
      readonly right: NumberTree;
    }
  | { readonly is: 'says'; readonly expected: boolean }
  | { readonly is: 'said'; readonly property: string; readonly expected: boolean }
  | { readonly is: 'changed' }
  | { readonly is: 'fresh'; readonly property: string; readonly within: Units }
  | { readonly is: 'in-message'; readonly property: string }
  | { readonly is: 'device'; readonly id: string }
  | { readonly is: 'not'; readonly inner: ConditionTree }
  | { readonly is: 'and' | 'or'; readonly left: ConditionTree; readonly right: ConditionTree };

export type KeyTree = 'device' | 'resident' | Scope | 'credential';

export interface HoursTree {
  /** Whole hours, 0 to 23. */
  readonly from: number;
  readonly to: number;
  /** Monday is 1, as in ISO 8601; on which the hours begin. */
  readonly days: readonly number[];
}

export type TriggerTree =
  | {
      readonly is: 'state';
      readonly when: ConditionTree;
      readonly clear: ConditionTree | null;
      readonly for: Units;
      readonly clearFor: Units;
    }
  | { readonly is: 'event'; readonly when: ConditionTree }
  | { readonly is: 'silence'; readonly silent: Units | 'auto' };

/** A rule as data: its text (rule-text.ts) and the reference (reference.ts) both come from it. */
export interface RuleTree {
  readonly id: string;
  readonly severity: Severity;
  readonly properties: readonly string[];
  /** Null: all devices. */
  readonly selected: { readonly tag?: string; readonly place?: string } | null;
  readonly key: KeyTree;
  readonly trigger: TriggerTree;
  readonly levels: readonly { readonly when: ConditionTree; readonly severity: Severity }[];
  readonly hours: HoursTree | null;
  readonly unless: readonly string[];
  readonly lifeSafety: boolean;
  readonly lateness: Units;
}
