import { createHistogram } from 'node:perf_hooks';

/** What a histogram says in the end, in ms; all 0 when nothing was recorded. */
export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Node's own HDR histogram, in µs and to three digits: its size does not grow with what is recorded. */
export class Latencies {
  readonly #histogram = createHistogram({ lowest: 1, highest: 3_600_000_000, figures: 3 });

  record(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * 1_000)));
  }

  summary(): LatencySummary {
    const { count } = this.#histogram;
    const at = (percentile: number): number =>
      count === 0 ? 0 : this.#histogram.percentile(percentile) / 1_000;
    return { count, p50Ms: at(50), p99Ms: at(99), maxMs: at(100) };
  }
}
