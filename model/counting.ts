/** How often each of a few labels occurred since the start. Counting is an addition; nothing is locked or sent. */
export class Tally<Label extends string = string> {
  readonly #counts: Map<Label, number>;

  /** `labels` stand at 0 from the beginning: a metric that is there can be watched. */
  constructor(labels: readonly Label[] = []) {
    this.#counts = new Map(labels.map((label) => [label, 0]));
  }

  add(label: Label, by = 1): void {
    this.#counts.set(label, (this.#counts.get(label) ?? 0) + by);
  }

  addAll(other: Tally<Label>): void {
    for (const [label, count] of other.#counts) this.add(label, count);
  }

  /** Plain data, to cross threads. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}

/** Plain data, to cross threads. */
export interface DurationCounts {
  /** In seconds, rising. */
  readonly bounds: readonly number[];
  /** How many were at most as long as the bound of the same index, and longer than the one before; the last: longer than all. */
  readonly counts: readonly number[];
  /** In seconds. */
  readonly sum: number;
}

/** From a fast disk's commit to one that somebody should look at. */
const usualBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** How long things took since the start, as the buckets of a histogram. */
export class Durations {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sumMs = 0;

  /** `bounds`: in seconds, rising. */
  constructor(bounds: readonly number[] = usualBounds) {
    this.#bounds = bounds;
    this.#counts = [...bounds.map(() => 0), 0];
  }

  observe(ms: number): void {
    const seconds = ms / 1_000;
    let index = 0;
    while (index < this.#bounds.length && seconds > (this.#bounds[index] ?? 0)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sumMs += ms;
  }

  get counts(): DurationCounts {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sumMs / 1_000 };
  }
}
