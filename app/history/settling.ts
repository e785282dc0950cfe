/** Something written, and when it was by the stopwatch. */
interface Written {
  readonly upTo: number;
  readonly atMs: number;
  readonly bytes: number;
}

/** What is written within this time is one step: a week of it is some thousand steps. */
const stepMs = 5_000;

/** What a server acknowledged, oldest first, until it may be let go: each step by when it was written. */
export class Settling {
  readonly #steps: Written[] = [];
  #bytes = 0;

  /** Of what is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  wrote(upTo: number, atMs: number, bytes = 0): void {
    const last = this.#steps.at(-1);
    this.#bytes += bytes;
    // The later time counts for all of the step.
    if (last && Math.floor(last.atMs / stepMs) === Math.floor(atMs / stepMs))
      this.#steps[this.#steps.length - 1] = { upTo, atMs, bytes: last.bytes + bytes };
    else this.#steps.push({ upTo, atMs, bytes });
  }

  /** All of it has to be written again. */
  forget(): void {
    this.#steps.length = 0;
    this.#bytes = 0;
  }

  /** Up to where it may be let go; null: nothing of it. It is not kept from here on. */
  release(may: (atMs: number, keptBytes: number) => boolean): number | null {
    let upTo: number | null = null;
    for (;;) {
      const [oldest] = this.#steps;
      if (!oldest || !may(oldest.atMs, this.#bytes)) return upTo;
      this.#steps.shift();
      this.#bytes -= oldest.bytes;
      upTo = oldest.upTo;
    }
  }
}
