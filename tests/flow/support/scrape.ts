import type { ApiClient } from './api-client.ts';

/** What one scrape told: `name{label="value"}` → value. */
export class Scrape {
  readonly #samples: ReadonlyMap<string, number>;

  constructor(text: string) {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    this.#samples = new Map(
      lines.map((line) => [
        line.slice(0, line.lastIndexOf(' ')),
        Number(line.slice(line.lastIndexOf(' ') + 1)),
      ]),
    );
  }

  static async of(client: ApiClient): Promise<Scrape> {
    return new Scrape((await client.get<string>('/metrics')).body);
  }

  /** Throws when it was not told. */
  get(sample: string): number {
    const value = this.#samples.get(sample);
    if (value === undefined) throw new Error(`the scrape has no ${sample}`);
    return value;
  }

  has(sample: string): boolean {
    return this.#samples.has(sample);
  }

  /** What has become more since `before`, of those that are named. */
  since(before: Scrape, samples: readonly string[]): Readonly<Record<string, number>> {
    return Object.fromEntries(
      samples.map((sample) => [sample, this.get(sample) - (before.has(sample) ? before.get(sample) : 0)]),
    );
  }
}
