/** What was asked, as it is shown. */
type Asked = { readonly text: string };

/** What conditions were answered since the last `begin`, for the trace; used again and again, so that it makes no garbage. */
export class AnswerSheet {
  readonly #needs: Asked[] = [];
  readonly #answers: (number | undefined)[] = [];
  #size = 0;

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  begin(): void {
    this.#size = 0;
  }

  note(need: Asked, answer: number | undefined): void {
    this.#needs[this.#size] = need;
    this.#answers[this.#size] = answer;
    this.#size++;
  }

  /** Takes over what another one says. */
  copy(other: AnswerSheet): void {
    this.#size = other.#size;
    for (let index = 0; index < other.#size; index++) {
      const need = other.#needs[index];
      if (need) this.#needs[index] = need;
      this.#answers[index] = other.#answers[index];
    }
  }

  /** By the function as the rule has it; those that are unknown are left out. */
  entries(): readonly (readonly [text: string, answer: number])[] {
    return this.#needs.slice(0, this.#size).flatMap(({ text }, index) => {
      const answer = this.#answers[index];
      return answer === undefined ? [] : [[text, answer] as const];
    });
  }
}
