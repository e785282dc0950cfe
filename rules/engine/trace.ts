import type { EpochMs } from '#model/brand.ts';
import { epochMs } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import { AnswerSheet } from '#rules/engine/answer-sheet.ts';
import type { RuleTally } from '#rules/engine/rule-counts.ts';
import type { TraceOutcome } from '#rules/engine/trace-outcome.ts';

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

/** What was said when; no values: time alone did it. */
interface Seen {
  readonly at: number;
  readonly values: ReadonlyMap<string, Value>;
  /** Functions that were asked for it. */
  readonly answers?: AnswerSheet;
}

interface Slot {
  at: number;
  values: ReadonlyMap<string, Value>;
  outcome: TraceOutcome;
  detail: string;
  answers: AnswerSheet | null;
}

/** The last evaluations of one rule for one device. Slots are used again: tracing makes no garbage. */
export class Trace {
  readonly #slots: Slot[] = [];
  readonly #tally: RuleTally;
  #next = 0;

  /** `tally`: counts with it. */
  constructor(tally: RuleTally) {
    this.#tally = tally;
  }

  note(outcome: TraceOutcome, { at, values, answers }: Seen, detail = ''): void {
    this.#tally.note(outcome, at);
    let slot = this.#slots[this.#next];
    if (slot) {
      slot.at = at;
      slot.values = values;
      slot.outcome = outcome;
      slot.detail = detail;
    } else {
      slot = { at, values, outcome, detail, answers: null };
      this.#slots.push(slot);
    }
    if (answers && !answers.isEmpty) {
      slot.answers ??= new AnswerSheet();
      slot.answers.copy(answers);
    } else slot.answers?.begin();
    this.#next = (this.#next + 1) % mostKept;
  }

  /** Oldest first. */
  entries(): readonly TraceEntry[] {
    const inOrder = [...this.#slots.slice(this.#next), ...this.#slots.slice(0, this.#next)];
    return inOrder.map(({ answers, at, values, outcome, detail }) => ({
      at: epochMs(at),
      inputs: Object.fromEntries([...values, ...(answers?.entries() ?? [])]),
      outcome,
      reason: describe(outcome, detail),
    }));
  }
}

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
