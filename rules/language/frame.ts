import type { Value } from '#model/reading.ts';
import { DeviceFacts, nobody, type PlaceFacts, type ResidentFacts } from '#rules/language/facts.ts';
import type { Baseline, BaselineNeed, CountNeed, OthersNeed, WindowNeed } from '#rules/language/needs.ts';

/** What a condition may ask of earlier readings of the device; times in epoch ms; undefined: nothing was said. */
export interface Past {
  /** The reading in force at `at`: the newest not after it. */
  valueAt(property: string, at: number): Value | undefined;
  timeAt(property: string, at: number): number | undefined;
  /** The reading before the one of `at`. */
  valueBefore(property: string, at: number): Value | undefined;
  /** A number about readings up to `at`; undefined: unknown. */
  ask(need: WindowNeed | CountNeed | OthersNeed, at: number): number | undefined;
  usual(need: BaselineNeed, at: number): Baseline;
}

/** Thrown by a look at data that is not there. One instance for all: an unknown condition costs no stack trace. */
class MissingData extends Error {
  what = '';
}
export const missingData: MissingData = new MissingData('missing data');

/** Answers `never`: the condition that looked becomes unknown because of `what`. */
export function lack(what: string): never {
  missingData.what = what;
  throw missingData;
}

const noPast: Past = {
  valueAt: () => undefined,
  timeAt: () => undefined,
  valueBefore: () => undefined,
  ask: () => undefined,
  usual: () => ({ n: 0, mean: undefined, sd: undefined }),
};

/**
 * The variables of a condition. One frame is used again and again: the engine fills it in before each evaluation. What
 * costs something (`at`, `previous`, …) is made when a condition asks for it.
 */
export class Frame {
  value: Value = 0;
  property = '';
  /** Time of the reading, epoch ms. */
  atMs = 0;
  values: ReadonlyMap<string, Value> = new Map();
  device: DeviceFacts = new DeviceFacts('', '', []);
  past: Past = noPast;
  placeFacts: PlaceFacts | undefined;
  residentFacts: ResidentFacts | undefined;
  /** Calendar year in the community's zone. */
  yearOf: (at: number) => number = (at) => new Date(at).getUTCFullYear();

  get at(): Date {
    return new Date(this.atMs);
  }

  get previous(): Value {
    return this.past.valueBefore(this.property, this.atMs) ?? lack('previous');
  }

  get place(): PlaceFacts {
    return this.placeFacts ?? lack('place');
  }

  get resident(): ResidentFacts {
    const facts = this.residentFacts ?? nobody;
    facts.year = this.yearOf(this.atMs);
    return facts;
  }
}
