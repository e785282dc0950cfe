import { Histogram } from 'prom-client';
import type { DurationCounts } from '#model/counting.ts';

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, number | string>>;
  readonly value: number;
}

/** The samples of a histogram that was counted elsewhere, as the text format wants them: cumulative, `+Inf` last. */
export function histogramSamples(name: string, { bounds, counts, sum }: DurationCounts): Sample[] {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return { metricName: `${name}_bucket`, labels: { le: bounds[index] ?? '+Inf' }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: {}, value: sum },
    { metricName: `${name}_count`, labels: {}, value: total },
  ];
}

/** A histogram whose buckets are counted in another thread. `read` answers undefined when that thread has never answered. */
export class MeasuredHistogram extends Histogram {
  readonly #text: { readonly name: string; readonly help: string };
  readonly #read: () => Promise<DurationCounts | undefined>;

  constructor(
    text: { readonly name: string; readonly help: string },
    read: () => Promise<DurationCounts | undefined>,
  ) {
    super({ ...text, registers: [] });
    this.#text = text;
    this.#read = read;
  }

  /** Prom-client's own way to the samples; its `get` takes them from here too. */
  async getForPromString(): Promise<object> {
    const counts = await this.#read();
    const samples = counts === undefined ? [] : histogramSamples(this.#text.name, counts);
    const values = samples.map((sample) => ({ ...sample, sharedLabels: {} }));
    return { ...this.#text, type: 'histogram', aggregator: 'sum', values };
  }
}
