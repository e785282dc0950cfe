import { type EpochMs, epochMs } from '#model/brand.ts';
import type { TraceOutcome } from '#rules/engine/trace-outcome.ts';

/** What a rule did since the engine was started. Times are those of the readings. */
export interface RuleCounts {
  /** Readings judged and timers that ran out, over all devices. */
  readonly evaluations: number;
  /** Alarms, also those that a late reading brought to light. */
  readonly raised: number;
  /** Alarms that it would have raised, had it not been in the shadow. */
  readonly shadowRaised: number;
  readonly heldBack: number;
  readonly unknown: number;
  readonly tooLate: number;
  readonly lastEvaluatedAt: EpochMs | null;
  readonly lastRaisedAt: EpochMs | null;
}

/** Counts of one rule. Numbers only: counting makes no garbage and costs an evaluation next to nothing. */
export class RuleTally {
  #evaluations = 0;
  #raised = 0;
  #shadowRaised = 0;
  #heldBack = 0;
  #unknown = 0;
  #tooLate = 0;
  #lastEvaluatedAt = Number.NEGATIVE_INFINITY;
  #lastRaisedAt = Number.NEGATIVE_INFINITY;

  /** An entry of the trace. */
  note(outcome: TraceOutcome, at: number): void {
    if (outcome === 'too-late') this.#tooLate++;
    if (outcome === 'too-late' || outcome === 'repeated' || outcome === 'state-only') return;
    this.#evaluations++;
    if (at > this.#lastEvaluatedAt) this.#lastEvaluatedAt = at;
    if (outcome === 'unknown') this.#unknown++;
    else if (outcome === 'held-back') this.#heldBack++;
  }

  /** Judged by a glance: nothing stands. */
  glanced(at: number, isUnknown: boolean): void {
    this.#evaluations++;
    if (at > this.#lastEvaluatedAt) this.#lastEvaluatedAt = at;
    if (isUnknown) this.#unknown++;
  }

  /** An alarm began. */
  raised(at: number, isShadow: boolean): void {
    if (isShadow) this.#shadowRaised++;
    else this.#raised++;
    if (at > this.#lastRaisedAt) this.#lastRaisedAt = at;
  }

  get counts(): RuleCounts {
    return {
      evaluations: this.#evaluations,
      raised: this.#raised,
      shadowRaised: this.#shadowRaised,
      heldBack: this.#heldBack,
      unknown: this.#unknown,
      tooLate: this.#tooLate,
      lastEvaluatedAt: timeOf(this.#lastEvaluatedAt),
      lastRaisedAt: timeOf(this.#lastRaisedAt),
    };
  }
}

const timeOf = (at: number): EpochMs | null => (Number.isFinite(at) ? epochMs(at) : null);

/** The tallies of all rules; they outlive changes of the rules. */
export class RuleTallies {
  readonly #tallies = new Map<string, RuleTally>();

  of(rule: string): RuleTally {
    const known = this.#tallies.get(rule);
    if (known) return known;
    const tally = new RuleTally();
    this.#tallies.set(rule, tally);
    return tally;
  }

  /** Of rules that are gone nothing is kept. */
  keepOnly(rules: ReadonlySet<string>): void {
    for (const rule of this.#tallies.keys()) if (!rules.has(rule)) this.#tallies.delete(rule);
  }
}
