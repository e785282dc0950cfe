import type { Value } from '#model/reading.ts';
import type { AnswerSheet } from '#rules/engine/answer-sheet.ts';
import type { Because } from '#rules/engine/machine.ts';
import { type TraceOutcome, traceOutcomes } from '#rules/engine/trace-outcome.ts';
import type { Need } from '#rules/language/needs.ts';

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

/** Where the numbers of a row stand: its order, its time, then for each rule its outcome and what each need was answered. */
const atColumn = 1;
const rulesColumn = 2;
/** Not judged. */
const noOutcome = -1;

/**
 * Evaluations of one rule, or of several that the same readings wake, as rings that are written over: every reading is noted
 * for each rule that it wakes, so a note is a few numbers in a row and no object.
 */
export class TraceRing {
  /** What each rule asks. */
  readonly #needs: (readonly Need[])[];
  /** Where the outcome of each rule stands in a row. */
  readonly #columns: readonly number[];
  readonly #width: number;
  readonly #numbers: number[] = [];
  readonly #values: ReadonlyMap<string, Value>[] = [];
  /** By row and rule; none as long as there is nothing to remark. */
  #remarks: (Remark | null)[] | null = null;
  #row = -1;
  /** Of the newest row. */
  order: number;

  /** `order`: of rows before. */
  constructor(needs: readonly (readonly Need[])[], order = 0) {
    this.#needs = [...needs];
    this.order = order;
    let width = rulesColumn;
    this.#columns = needs.map((asked) => {
      const column = width;
      width += 1 + asked.length;
      return column;
    });
    this.#width = width;
  }

  /** A rule was read again and asks the same, by other names. */
  renew(rule: number, needs: readonly Need[]): void {
    this.#needs[rule] = needs;
  }

  /** Begins a row; no rule is judged yet. */
  begin(at: number, values: ReadonlyMap<string, Value>, order = this.order + 1): void {
    this.#row = this.#row + 1 === mostTraced ? 0 : this.#row + 1;
    this.order = order;
    const numbers = this.#numbers;
    let place = this.#row * this.#width;
    numbers[place++] = order;
    numbers[place++] = at;
    for (const end = (this.#row + 1) * this.#width; place < end; place++) numbers[place] = noOutcome;
    this.#values[this.#row] = values;
    if (this.#remarks === null) return;
    const first = this.#row * this.#needs.length;
    for (let rule = 0; rule < this.#needs.length; rule++) this.#remarks[first + rule] = null;
  }

  /** Whether the newest row is about this reading, and nothing is noted for the rule yet. */
  isOpen(rule: number, at: number, values: ReadonlyMap<string, Value>): boolean {
    if (this.#row < 0 || this.#values[this.#row] !== values) return false;
    const begin = this.#row * this.#width;
    return (
      this.#numbers[begin + atColumn] === at &&
      this.#numbers[begin + (this.#columns[rule] ?? 0)] === noOutcome
    );
  }

  /** Whether anything is noted for the rule in the newest row. */
  hasNoted(rule: number): boolean {
    return (
      this.#row >= 0 && this.#numbers[this.#row * this.#width + (this.#columns[rule] ?? 0)] !== noOutcome
    );
  }

  /** Into the newest row; `outcome` by its place among the outcomes. */
  note(rule: number, outcome: number, answers: AnswerSheet | undefined): void {
    const numbers = this.#numbers;
    let place = this.#row * this.#width + (this.#columns[rule] ?? 0);
    numbers[place++] = outcome;
    const needs = this.#needs[rule];
    if (needs === undefined) return;
    for (let index = 0; index < needs.length; index++)
      numbers[place++] = answers?.to(needs[index]) ?? Number.NaN;
  }

  /** Beside what was noted last for the rule. */
  remark(rule: number, remark: Remark): void {
    this.#remarks ??= Array.from({ length: this.#values.length * this.#needs.length }, () => null);
    this.#remarks[this.#row * this.#needs.length + rule] = remark;
  }

  /** Oldest first. */
  notes(rule: number): readonly TraceNote[] {
    const { length } = this.#values;
    const rows = Array.from({ length }, (_, age) => (this.#row + 1 + age) % length);
    return rows.flatMap((row) => this.#note(row, rule));
  }

  #note(row: number, rule: number): readonly TraceNote[] {
    const begin = row * this.#width;
    const column = begin + (this.#columns[rule] ?? 0);
    const outcome = traceOutcomes[this.#numbers[column] ?? noOutcome];
    if (outcome === undefined) return [];
    const answers = this.#numbers.slice(column + 1, column + 1 + (this.#needs[rule]?.length ?? 0));
    return [
      {
        order: this.#numbers[begin] ?? 0,
        at: this.#numbers[begin + atColumn] ?? 0,
        values: this.#values[row] ?? new Map(),
        outcome,
        answers,
        remark: this.#remarks?.[row * this.#needs.length + rule] ?? null,
      },
    ];
  }
}
