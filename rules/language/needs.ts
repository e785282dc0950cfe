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
interface Windowed extends Asked {
  readonly lengthMs: number;
  /**
   * Where a series has the window that answers: the same for all that the same window answers. Given when the rule is
   * loaded beside the others (rule-set.ts); −1 until then.
   */
  slot: number;
}

/** Over the device's readings of the property in [at − length, at]. */
export interface WindowNeed extends Windowed {
  readonly kind: 'window';
  readonly fn: WindowFunction;
}
/** How many of those equal the value. */
export interface CountNeed extends Windowed {
  readonly kind: 'count-where';
  readonly value: Value;
}
/** How many other devices below the device's place of that kind said so in [at − length, at]. */
export interface OthersNeed extends Windowed {
  readonly kind: 'others';
  readonly value: Value;
  readonly scope: JoinScope;
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
