/** How long commits took, as a histogram of Prometheus counts: seconds, `counts[n]` at or below `bounds[n]`, not summed up. */
export interface CommitTimes {
  /** Upper bounds in seconds, rising; one count more than bounds, for what is above all of them. */
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly count: number;
  /** Of all, in seconds. */
  readonly sum: number;
}

const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

/** Counts without allocating: it runs with every commit. */
export class CommitTimer {
  readonly #counts = Array.from({ length: bounds.length + 1 }, () => 0);
  #count = 0;
  #sum = 0;

  took(ms: number): void {
    const seconds = ms / 1_000;
    let bucket = 0;
    for (const bound of bounds) {
      if (seconds <= bound) break;
      bucket++;
    }
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count++;
    this.#sum += seconds;
  }

  get times(): CommitTimes {
    return { bounds, counts: [...this.#counts], count: this.#count, sum: this.#sum };
  }
}
