import { createHistogram } from 'node:perf_hooks';

/** What a histogram says in the end, in ms; all 0 when nothing was recorded. */
export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

/** One point of a percentile spectrum: so many per cent took at most so long. */
export interface SpectrumPoint {
  /** 0 to 100. */
  readonly percentile: number;
  readonly ms: number;
  /** How many took longer. */
  readonly above: number;
}

/** Steps while the distance to 100 % halves; HdrHistogram's own reports have five, too. */
const stepsPerHalf = 5;

/** Node's own HDR histogram, in µs and to three digits: its size does not grow with what is recorded. */
export class Latencies {
  readonly #histogram = createHistogram({ lowest: 1, highest: 3_600_000_000, figures: 3 });

  record(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * 1_000)));
  }

  summary(): LatencySummary {
    const { count, mean } = this.#histogram;
    return {
      count,
      meanMs: count === 0 ? 0 : mean / 1_000,
      p50Ms: this.#at(50),
      p90Ms: this.#at(90),
      p99Ms: this.#at(99),
      p999Ms: this.#at(99.9),
      maxMs: this.#at(100),
    };
  }

  /** The summary of what was recorded since the last time, which is forgotten with it. */
  takeSummary(): LatencySummary {
    const summary = this.summary();
    this.#histogram.reset();
    return summary;
  }

  /** From the least to the greatest, denser towards 100 %, up to where one single message is the difference; empty without any. */
  spectrum(): readonly SpectrumPoint[] {
    const { count } = this.#histogram;
    const points: SpectrumPoint[] = [];
    const add = (percentile: number): void => {
      const above = Math.round(count * (1 - percentile / 100));
      points.push({ percentile, ms: this.#at(percentile), above });
    };
    if (count === 0) return points;
    for (let distance = 100; (distance / 100) * count >= 1; distance /= 2) {
      const step = distance / 2 / stepsPerHalf;
      for (let index = 0; index < stepsPerHalf; index++) add(100 - distance + index * step);
    }
    add(100);
    return points;
  }

  #at(percentile: number): number {
    // Node takes no 0.
    return this.#histogram.count === 0 ? 0 : this.#histogram.percentile(Math.max(1e-9, percentile)) / 1_000;
  }
}
