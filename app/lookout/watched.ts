import { stopwatch } from '#model/clock.ts';

/** What is known of a thread. */
export interface Seen<Stats> {
  /** Its last answer; null before the first. */
  readonly last: Stats | null;
  /** Since it was asked in vain; 0: it answers. */
  readonly silentMs: number;
}

/** A thread that is asked how it is. It is asked once and not again before it has answered: questions would pile up in front of it. */
export class Watched<Stats> {
  readonly #ask: () => Promise<Stats>;
  #last: Stats | null = null;
  #askedAt: number | null = null;
  #answering: Promise<void> | null = null;

  constructor(ask: () => Promise<Stats>) {
    this.#ask = ask;
  }

  /** Resolves when it has answered, or with `limit`; never rejects. */
  async look(limit: Promise<void>): Promise<Seen<Stats>> {
    this.#askedAt ??= stopwatch();
    this.#answering ??= this.#answer();
    await Promise.race([this.#answering, limit]);
    return { last: this.#last, silentMs: this.#askedAt === null ? 0 : stopwatch() - this.#askedAt };
  }

  /** One that refuses counts as silent, and is asked again at the next look. */
  async #answer(): Promise<void> {
    try {
      this.#last = await this.#ask();
      this.#askedAt = null;
    } catch {
      // See above: `#askedAt` stands.
    } finally {
      this.#answering = null;
    }
  }
}
