import type { EpochMs } from '#model/brand.ts';
import { epochMs } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import { AnswerSheet } from '#rules/engine/answer-sheet.ts';
import type { Because } from '#rules/engine/machine.ts';
import { layoutOf } from '#rules/engine/roster.ts';
import type { RuleTally } from '#rules/engine/rule-counts.ts';
import { codeOf, type TraceOutcome } from '#rules/engine/trace-outcome.ts';
import { mostTraced, type Remark, type TraceNote, TraceRing } from '#rules/engine/trace-ring.ts';
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

/** What was said when; no values: time alone did it. */
interface Seen {
  readonly at: number;
  readonly values: ReadonlyMap<string, Value>;
  /** Functions that were asked for it. */
  readonly answers?: AnswerSheet;
}

/**
 * The last evaluations of one rule for one device. Those of readings that wake several rules alike stand in a ring that these
 * share (lane.ts); others in a ring of its own, which most never need.
 */
export class Trace {
  /** What it counts with. */
  readonly tally: RuleTally;
  /** What the rule's conditions ask, in the order of the columns. */
  #needs: readonly Need[];
  #own: TraceRing | null = null;
  #shared: TraceRing | null = null;
  /** Its place among the rules that share the ring. */
  #place = 0;

  constructor(tally: RuleTally, needs: readonly Need[] = []) {
    this.tally = tally;
    this.#needs = needs;
  }

  /** The rule was read again and asks the same, by other names. */
  renew(needs: readonly Need[]): void {
    this.#needs = needs;
    this.#own?.renew(layoutOf([needs]));
  }

  /** Of the newest entry. */
  get order(): number {
    return Math.max(this.#own?.order ?? 0, this.#shared?.order ?? 0);
  }

  /** The ring is not shared any more. */
  leave(): void {
    this.#gather();
  }

  /** From now on what is noted of readings goes there; what was noted before stays known. */
  share(ring: TraceRing, place: number): void {
    this.#gather();
    this.#shared = ring;
    this.#place = place;
  }

  note(outcome: TraceOutcome, seen: Seen, remark: Remark | null = null): void {
    const { at, values, answers } = seen;
    this.tally.note(outcome, at);
    const shared = this.#shared;
    if (shared?.isOpen(this.#place, at, values)) write(shared, this.#place, { outcome, answers, remark });
    else {
      const own = this.#own ?? new TraceRing(layoutOf([this.#needs]));
      this.#own = own;
      own.begin(at, values, this.#orderNow());
      write(own, 0, { outcome, answers, remark });
    }
  }

  /** Oldest first. */
  entries(): readonly TraceEntry[] {
    return this.#notes().map((note) => entryOf(note, this.#needs));
  }

  #notes(): readonly TraceNote[] {
    const own = this.#own?.notes(0) ?? [];
    const shared = this.#shared?.notes(this.#place) ?? [];
    return [...own, ...shared].sort((a, b) => a.order - b.order).slice(-mostTraced);
  }

  /** Between the rows of the shared ring: before the newest, as long as nothing is noted there. */
  #orderNow(): number {
    if (this.#shared === null) return this.#own?.order ?? 0;
    return this.#shared.order + (this.#shared.hasNoted(this.#place) ? 0.5 : -0.5);
  }

  /** All that is kept goes into its own ring: the shared one ends. */
  #gather(): void {
    if (this.#shared === null) return;
    const own = new TraceRing(layoutOf([this.#needs]));
    for (const { order, at, values, outcome, answers, remark } of this.#notes()) {
      own.begin(at, values, order);
      write(own, 0, { outcome, answers: new AnswerSheet(this.#needs, answers), remark });
    }
    this.#own = own;
    this.#shared = null;
  }
}

function write(
  ring: TraceRing,
  rule: number,
  {
    answers,
    outcome,
    remark,
  }: { outcome: TraceOutcome; answers: AnswerSheet | undefined; remark: Remark | null },
): void {
  ring.note(rule, codeOf(outcome), answers);
  if (remark !== null) ring.remark(rule, remark);
}

function entryOf({ at, values, outcome, answers, remark }: TraceNote, needs: readonly Need[]): TraceEntry {
  const because = becauseOf(remark ?? '');
  const answered = needs.flatMap(({ text }, index) => {
    const answer = answers[index] ?? Number.NaN;
    return Number.isNaN(answer) ? [] : [[text, answer] as const];
  });
  return {
    at: epochMs(at),
    inputs: Object.fromEntries([...values, ...answered, ...because.figures]),
    outcome,
    reason: describe(outcome, because.text),
  };
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
        .slice(-mostTraced);

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
