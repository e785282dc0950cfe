/** A histogram as the text format has it, not cumulative. */
export interface PlatformHistogram {
  readonly count: number;
  /** Seconds. */
  readonly sum: number;
  /** Rising; the last is Infinity. */
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** What one scrape of `/metrics` told; names with their labels as they are written. */
export class PlatformFigures {
  readonly #samples: ReadonlyMap<string, number>;

  constructor(text: string) {
    const lines = text.matchAll(/^(\w+(?:\{.*\})?) (\S+)$/gm);
    this.#samples = new Map(Array.from(lines, ([, name = '', value]) => [name, Number(value)]));
  }

  /** 0 for what was not told: of what a label counts nothing has happened yet. */
  get(sample: string): number {
    return this.#samples.get(sample) ?? 0;
  }

  has(sample: string): boolean {
    return this.#samples.has(sample);
  }

  /** The samples of a name by the value of its one label. */
  byLabel(name: string): Readonly<Record<string, number>> {
    const samples = [...this.#samples].flatMap(([sample, value]) => {
      const label = new RegExp(`^${name}\\{\\w+="([^"]*)"\\}$`).exec(sample)?.[1];
      return label === undefined ? [] : [[label, value] as const];
    });
    return Object.fromEntries(samples);
  }

  /** Null when it was not told. `labels` as they are written, without `le`: `topic="tasks"`. */
  histogram(name: string, labels = ''): PlatformHistogram | null {
    const own = labels === '' ? '' : `{${labels}}`;
    if (!this.has(`${name}_count${own}`)) return null;
    const buckets = [...this.#samples].flatMap(([sample, value]) => {
      const inside = sample.startsWith(`${name}_bucket{`) ? sample.slice(name.length + 8, -1) : null;
      const le = inside === null ? undefined : /(?:^|,)le="([^"]+)"/.exec(inside)?.[1];
      if (inside === null || le === undefined || (labels !== '' && !inside.includes(labels))) return [];
      return [[le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), value] as const];
    });
    return {
      count: this.get(`${name}_count${own}`),
      sum: this.get(`${name}_sum${own}`),
      bounds: buckets.map(([bound]) => bound),
      counts: buckets.map(([, value], index) => value - (buckets[index - 1]?.[1] ?? 0)),
    };
  }
}

/** What came in between two scrapes. */
export function histogramSince(
  before: PlatformHistogram | null,
  after: PlatformHistogram | null,
): PlatformHistogram | null {
  if (after === null || before === null) return after;
  return {
    count: after.count - before.count,
    sum: after.sum - before.sum,
    bounds: after.bounds,
    counts: after.counts.map((count, index) => count - (before.counts[index] ?? 0)),
  };
}

/** Within a bucket values are taken as evenly spread, as Prometheus does it. Milliseconds. */
export function histogramPercentile(
  { bounds, count, counts }: PlatformHistogram,
  percentile: number,
): number {
  const rank = (percentile / 100) * count;
  let below = 0;
  for (const [index, here] of counts.entries()) {
    const from = bounds[index - 1] ?? 0;
    const to = bounds[index] ?? from;
    if (below + here >= rank && here > 0)
      return 1_000 * (Number.isFinite(to) ? from + ((to - from) * (rank - below)) / here : from);
    below += here;
  }
  return 0;
}
