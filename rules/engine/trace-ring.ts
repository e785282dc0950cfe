import type { Value } from '#model/reading.ts';
import type { AnswerSheet } from '#rules/engine/answer-sheet.ts';
import type { Because } from '#rules/engine/machine.ts';
import type { TraceLayout } from '#rules/engine/roster.ts';
import { type TraceOutcome, traceOutcomes } from '#rules/engine/trace-outcome.ts';

/** So many evaluations of a rule for a device are kept. */
export const mostTraced = 50;

/** What an evaluation says beside its outcome: words, or words with numbers. */
export type Remark = string | Because;

/** One evaluation of one rule. */
export interface TraceNote {
  /** Those with a smaller one came before. */
  readonly order: number;
  readonly at: number;
  readonly values: ReadonlyMap<string, Value>;
  readonly outcome: TraceOutcome;
  /** What each need was answered; NaN: was not asked, or unknown. */
  readonly answers: readonly number[];
  readonly remark: Remark | null;
}

const atColumn = 1;
/** Not judged. */
const noOutcome = -1;

/**
 * Evaluations of one rule, or of several that the same readings wake, as rings that are written over: every reading is noted
 * for each rule that it wakes, so a note is a few numbers in a row and no object.
 */
export class TraceRing {
  #layout: TraceLayout;
  /** Where the newest row begins. */
  #begin = -1;
  #row = -1;
  readonly #numbers: number[] = [];
  readonly #values: ReadonlyMap<string, Value>[] = [];
  /** By row and rule; none as long as there is nothing to remark. */
  #remarks: (Remark | null)[] | null = null;
  /** Of the newest row. */
  order: number;

  /** `order`: of what was noted before. */
  constructor(layout: TraceLayout, order = 0) {
    this.#layout = layout;
    this.order = order;
  }

  /** The rules were read again and ask the same, by other names. */
  renew(layout: TraceLayout): void {
    this.#layout = layout;
  }

  /** Begins a row; no rule is judged yet. */
  begin(at: number, values: ReadonlyMap<string, Value>, order = this.order + 1): void {
    const { width } = this.#layout;
    const row = this.#row + 1 === mostTraced ? 0 : this.#row + 1;
    const begin = row * width;
    this.#row = row;
    this.#begin = begin;
    this.order = order;
    const numbers = this.#numbers;
    numbers[begin] = order;
    numbers[begin + atColumn] = at;
    for (let place = begin + atColumn + 1; place < begin + width; place++) numbers[place] = noOutcome;
    this.#values[row] = values;
    if (this.#remarks !== null) this.#eraseRemarks(this.#remarks);
  }

  /** Whether the newest row is about this reading, and nothing is noted for the rule yet. */
  isOpen(rule: number, at: number, values: ReadonlyMap<string, Value>): boolean {
    return (
      this.#row >= 0 &&
      this.#values[this.#row] === values &&
      this.#numbers[this.#begin + atColumn] === at &&
      !this.hasNoted(rule)
    );
  }

  /** Whether anything is noted for the rule in the newest row. */
  hasNoted(rule: number): boolean {
    return this.#row >= 0 && this.#numbers[this.#begin + this.#columnOf(rule)] !== noOutcome;
  }

  /** Into the newest row; `outcome` by its place among the outcomes. */
  note(rule: number, outcome: number, answers: AnswerSheet | undefined): void {
    const { needs } = this.#layout;
    const numbers = this.#numbers;
    const asked = needs[rule];
    let place = this.#begin + this.#columnOf(rule);
    numbers[place] = outcome;
    if (asked === undefined) return;
    for (let index = 0; index < asked.length; index++)
      numbers[++place] = answers?.to(asked[index]) ?? Number.NaN;
  }

  /** Beside what was noted last for the rule. */
  remark(rule: number, remark: Remark): void {
    const { length } = this.#layout.needs;
    this.#remarks ??= Array.from({ length: this.#values.length * length }, () => null);
    this.#remarks[this.#row * length + rule] = remark;
  }

  /** Oldest first. */
  notes(rule: number): readonly TraceNote[] {
    const { length } = this.#values;
    const rows = Array.from({ length }, (_, age) => (this.#row + 1 + age) % length);
    return rows.flatMap((row) => this.#note(row, rule));
  }

  #note(row: number, rule: number): readonly TraceNote[] {
    const { needs, width } = this.#layout;
    const begin = row * width;
    const column = begin + this.#columnOf(rule);
    const outcome = traceOutcomes[this.#numbers[column] ?? noOutcome];
    if (outcome === undefined) return [];
    const answers = this.#numbers.slice(column + 1, column + 1 + (needs[rule]?.length ?? 0));
    return [
      {
        order: this.#numbers[begin] ?? 0,
        at: this.#numbers[begin + atColumn] ?? 0,
        values: this.#values[row] ?? new Map(),
        outcome,
        answers,
        remark: this.#remarks?.[row * needs.length + rule] ?? null,
      },
    ];
  }

  #columnOf(rule: number): number {
    return this.#layout.columns[rule] ?? 0;
  }

  #eraseRemarks(remarks: (Remark | null)[]): void {
    const { length } = this.#layout.needs;
    for (let rule = 0; rule < length; rule++) remarks[this.#row * length + rule] = null;
  }
}
