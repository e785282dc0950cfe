import type { Need } from '#rules/language/needs.ts';

/** What conditions were answered since the last `begin`, for the trace; used again and again, so that it makes no garbage. */
export class AnswerSheet {
  readonly #needs: Need[];
  readonly #answers: (number | undefined)[];
  #size: number;

  constructor(needs: readonly Need[] = [], answers: readonly number[] = []) {
    this.#needs = [...needs];
    this.#answers = [...answers];
    this.#size = needs.length;
  }

  begin(): void {
    this.#size = 0;
  }

  note(need: Need, answer: number | undefined): void {
    this.#needs[this.#size] = need;
    this.#answers[this.#size] = answer;
    this.#size++;
  }

  /** Undefined: it was not asked, or is unknown. */
  to(need: Need | undefined): number | undefined {
    for (let index = 0; index < this.#size; index++)
      if (this.#needs[index] === need) return this.#answers[index];
    return undefined;
  }
}
