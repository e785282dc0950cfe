import type { LatencySummary } from '#device-sim/load/latencies.ts';
import type { Figure } from './benchmark.ts';

/** Makes the figures of one part of a run. */
export class PartFigures {
  readonly figures: Figure[] = [];
  readonly #part: string;

  constructor(part: string) {
    this.#part = part;
  }

  add(name: string, unit: string, value: number, better: Figure['better'] = null): this {
    this.figures.push({ part: this.#part, name, unit, value, better });
    return this;
  }

  latency(name: string, { count, maxMs, p50Ms, p99Ms }: LatencySummary): this {
    if (count === 0) return this;
    this.add(`${name}, p50`, 'ms', p50Ms, 'lower');
    this.add(`${name}, p99`, 'ms', p99Ms, 'lower');
    // The greatest of all says more about the machine's other work than about the change: no verdict on it.
    return this.add(`${name}, max`, 'ms', maxMs);
  }
}
