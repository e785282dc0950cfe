import type { Difference } from '#app/rule-tests/compare.ts';
import type { RuleOutcome } from '#app/rule-tests/coverage.ts';
import type { Held } from '#app/rule-tests/stand.ts';
import type { Value } from '#model/reading.ts';
import type { RuleProblem } from '#model/rule.ts';

/** One evaluation of a rule, with its time as the test writes it. */
export interface Traced {
  /** Since the beginning: `61s`. */
  readonly at: string;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly outcome: string;
  readonly reason: string;
}

/** Why a rule did or did not fire for a device: the last evaluations, oldest first. */
export interface TraceOf {
  readonly rule: string;
  readonly device: string;
  readonly entries: readonly Traced[];
  /** How many older ones are left out. */
  readonly omitted: number;
}

/** A time at which something was not as expected. */
export interface Failure {
  /** As the test writes it, and on the community's clocks. */
  readonly at: string;
  readonly clock: string;
  readonly alarms: readonly Difference[];
  readonly tasks: readonly Difference[];
  /** When the test counts tasks, and there were others. */
  readonly taskCount: { readonly expected: number; readonly seen: number } | null;
  readonly traces: readonly TraceOf[];
  /** Values that were no readings, by the first failure. */
  readonly held: readonly Held[];
  /** Why somebody could not do what the test says. */
  readonly refused: string | null;
}

export const nothingWrong = {
  alarms: [],
  tasks: [],
  taskCount: null,
  traces: [],
  held: [],
  refused: null,
} as const satisfies Partial<Failure>;

export interface TestResult {
  readonly file: string;
  readonly name: string;
  readonly line: number;
  readonly passed: boolean;
  readonly ms: number;
  readonly failures: readonly Failure[];
  /** What each of the rules did. */
  readonly rules: readonly RuleOutcome[];
  /** The engine failed at it: a fault of Gridbell. */
  readonly fault: string | null;
}

export interface RuleTestReport {
  readonly results: readonly TestResult[];
  /** Of files that could not be run. */
  readonly problems: readonly RuleProblem[];
}
