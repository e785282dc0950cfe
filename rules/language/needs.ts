import type { Value } from '#model/reading.ts';
import type { JoinScope } from '#model/rule.ts';

/** Functions over the readings of a window that give one number. */
export const windowFunctions = ['avg', 'min', 'max', 'sum', 'count', 'delta', 'rate'] as const;
export type WindowFunction = (typeof windowFunctions)[number];

interface Asked {
  readonly property: string;
  /** As the rule has it: `rate('temperature', '1m')`. */
  readonly text: string;
}

/** Over the device's readings of the property in [at − length, at]. */
export interface WindowNeed extends Asked {
  readonly kind: 'window';
  readonly fn: WindowFunction;
  readonly lengthMs: number;
}
/** How many of those equal the value. */
export interface CountNeed extends Asked {
  readonly kind: 'count-where';
  readonly value: Value;
  readonly lengthMs: number;
}
/** How many other devices below the device's place of that kind said so in [at − length, at]. */
export interface OthersNeed extends Asked {
  readonly kind: 'others';
  readonly value: Value;
  readonly scope: JoinScope;
  readonly lengthMs: number;
}
/** What is usual at this hour of the day. */
export interface BaselineNeed extends Asked {
  readonly kind: 'baseline';
}

/**
 * What a condition asks of the past beyond the last readings. The engine keeps what it takes to answer; each call in a
 * condition has one object for its need, made when the rule is compiled.
 */
export type Need = WindowNeed | CountNeed | OthersNeed | BaselineNeed;

/** The device's readings of a property in the same hour of the day, on the 14 days before. */
export interface Baseline {
  readonly n: number;
  /** Undefined without a reading. */
  readonly mean: number | undefined;
  /** Of the sample; undefined with fewer than two. */
  readonly sd: number | undefined;
}
