import type { Need } from '#rules/language/needs.ts';

/** What conditions were answered since the last `begin`, for the trace; used again and again, so that it makes no garbage. */
export class AnswerSheet {
  readonly #needs: Need[] = [];
  readonly #answers: (number | undefined)[] = [];

  begin(): void {
    this.#needs.length = 0;
    this.#answers.length = 0;
  }

  note(need: Need, answer: number | undefined): void {
    this.#needs.push(need);
    this.#answers.push(answer);
  }

  /** Takes over what another one says. */
  copy(other: AnswerSheet): void {
    this.begin();
    for (const [index, need] of other.#needs.entries()) this.note(need, other.#answers[index]);
  }

  /** By the function as the rule has it; those that are unknown are left out. */
  entries(): readonly (readonly [text: string, answer: number])[] {
    return this.#needs.flatMap(({ text }, index) => {
      const answer = this.#answers[index];
      return answer === undefined ? [] : [[text, answer] as const];
    });
  }
}
