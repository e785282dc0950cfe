import { stopwatch } from '#model/clock.ts';

/** An answer that costs much: asked for anew only after a while, and the same until then. */
export class Seldom<T> {
  readonly #ask: () => Promise<T>;
  readonly #everyMs: number;
  #last: { readonly value: T; readonly at: number } | null = null;

  constructor(ask: () => Promise<T>, everyMs: number) {
    this.#ask = ask;
    this.#everyMs = everyMs;
  }

  /** Rejects with what the question does; then the next one asks again. */
  async value(): Promise<T> {
    if (this.#last !== null && stopwatch() - this.#last.at < this.#everyMs) return this.#last.value;
    const value = await this.#ask();
    this.#last = { value, at: stopwatch() };
    return value;
  }
}
