import type { EpochMs } from '#model/brand.ts';
import { epochMs } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import type { AnswerSheet } from '#rules/engine/answer-sheet.ts';
import type { Because } from '#rules/engine/machine.ts';
import type { RuleTally } from '#rules/engine/rule-counts.ts';
import { type TraceOutcome, traceOutcomes } from '#rules/engine/trace-outcome.ts';
import type { Need } from '#rules/language/needs.ts';

/** One evaluation of a rule for a device, or why there was none. */
export interface TraceEntry {
  readonly at: EpochMs;
  /** What was said, by property, and what functions gave, as written; empty when time alone did it. */
  readonly inputs: Readonly<Record<string, Value>>;
  readonly outcome: TraceOutcome;
  /** In words, for people. */
  readonly reason: string;
}

const mostKept = 50;

/** What an evaluation says beside its outcome: words, or words with numbers. */
export type Remark = string | Because;

/** What was said when; no values: time alone did it. */
interface Seen {
  readonly at: number;
  readonly values: ReadonlyMap<string, Value>;
  /** Functions that were asked for it. */
  readonly answers?: AnswerSheet;
}

/** Where the numbers of an entry stand: its time, its outcome, then what each need was answered. */
const outcomeColumn = 1;
const answersColumn = 2;

/**
 * The last evaluations of one rule for one device, as rings that are written over: every reading is noted once for each
 * rule that it wakes, so a note is a few numbers in a row and no object.
 */
export class Trace {
  /** What it counts with. */
  readonly tally: RuleTally;
  /** What the rule's conditions ask, in the order of the columns. */
  #needs: readonly Need[];
  /** A row for each entry; NaN: was not asked, or unknown. */
  readonly #numbers: number[] = [];
  readonly #values: ReadonlyMap<string, Value>[] = [];
  /** By entry; none as long as there is nothing to remark. */
  #remarks: (Remark | null)[] | null = null;
  #next = 0;

  constructor(tally: RuleTally, needs: readonly Need[] = []) {
    this.tally = tally;
    this.#needs = needs;
  }

  /** The rule was read again and asks the same, by other names. */
  renew(needs: readonly Need[]): void {
    this.#needs = needs;
  }

  note(outcome: TraceOutcome, seen: Seen, remark: Remark | null = null): void {
    const { at, values, answers } = seen;
    this.tally.note(outcome, at);
    const entry = this.#next;
    const row = entry * (answersColumn + this.#needs.length);
    this.#numbers[row] = at;
    this.#numbers[row + outcomeColumn] = traceOutcomes.indexOf(outcome);
    for (let index = 0; index < this.#needs.length; index++)
      this.#numbers[row + answersColumn + index] = answers?.to(this.#needs[index]) ?? Number.NaN;
    this.#values[entry] = values;
    if (remark !== null) this.#remarks ??= [];
    if (this.#remarks) this.#remarks[entry] = remark;
    this.#next = entry + 1 === mostKept ? 0 : entry + 1;
  }

  /** Oldest first. */
  entries(): readonly TraceEntry[] {
    const inOrder = [...this.#values.keys()].map((_, age) => (this.#next + age) % this.#values.length);
    return inOrder.map((entry) => this.#entry(entry));
  }

  #entry(entry: number): TraceEntry {
    const row = entry * (answersColumn + this.#needs.length);
    const outcome = traceOutcomes[this.#numbers[row + outcomeColumn] ?? 0] ?? 'quiet';
    const remark = becauseOf(this.#remarks?.[entry] ?? '');
    const answers = this.#needs.flatMap(({ text }, index) => {
      const answer = this.#numbers[row + answersColumn + index] ?? Number.NaN;
      return Number.isNaN(answer) ? [] : [[text, answer] as const];
    });
    return {
      at: epochMs(this.#numbers[row] ?? 0),
      inputs: Object.fromEntries([...(this.#values[entry] ?? []), ...answers, ...remark.figures]),
      outcome,
      reason: describe(outcome, remark.text),
    };
  }
}
const becauseOf = (remark: Remark): Because =>
  typeof remark === 'string' ? { text: remark, figures: [] } : remark;

/** The newest entries of several traces, oldest first. */
export const newestOf = (traces: readonly Trace[]): readonly TraceEntry[] =>
  traces.length === 1 && traces[0]
    ? traces[0].entries()
    : traces
        .flatMap((trace) => trace.entries())
        .sort((a, b) => a.at - b.at)
        .slice(-mostKept);

function describe(outcome: TraceOutcome, detail: string): string {
  switch (outcome) {
    case 'raised':
      return `the alarm is raised${detail}`;
    case 'severity-changed':
      return `the severity becomes ${detail}`;
    case 'cleared':
      return `the alarm is over${detail}`;
    case 'waiting':
      return `the condition holds; waiting for 'for' to run out${detail}`;
    case 'clearing':
      return `clear; waiting for 'clear-for' to run out${detail}`;
    case 'active':
      return `the alarm stands already${detail}`;
    case 'quiet':
      return `the condition does not hold${detail}`;
    case 'held-back':
      return `held back: ${detail}`;
    case 'unknown':
      return `unknown: ${detail}`;
    case 'heard':
      return `the device speaks; its silence begins anew${detail}`;
    case 'too-late':
      return `older than the newest reading by more than the rule's lateness: history only`;
    case 'repeated':
      return 'the same reading again';
    case 'state-only':
      return `retained state of a gateway, history only: ${detail}`;
    case 'to-verify':
      return 'retained state of a gateway says danger, and that is news: somebody has to look';
    case 'not-selected':
    case 'not-loaded':
    case 'no-device':
      return detail;
  }
}
