import { type RunningInflux, startInflux } from '#tests/support/influxd.ts';

/** One series of an answer. */
export interface Series {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

interface Answer {
  readonly error?: string;
  readonly results?: readonly { readonly error?: string; readonly series?: readonly Series[] }[];
}

/** A real InfluxDB with a database of its own; gone when the test lets go of it. */
export class Influxd implements AsyncDisposable {
  readonly database = 'gridbell';
  readonly #server: RunningInflux;

  private constructor(server: RunningInflux) {
    this.#server = server;
  }

  static async start(): Promise<Influxd> {
    const influxd = new Influxd(await startInflux());
    await influxd.query(`CREATE DATABASE ${influxd.database}`);
    return influxd;
  }

  /** Lines of line protocol, in ms. Rejects with what it says when it takes not all of them. */
  async write(lines: readonly string[]): Promise<void> {
    for (let from = 0; from < lines.length; from += 5_000) {
      const response = await fetch(`${this.#server.url}/write?db=${this.database}&precision=ms`, {
        method: 'POST',
        body: lines.slice(from, from + 5_000).join('\n'),
      });
      if (!response.ok) throw new Error(await response.text());
    }
  }

  /** Rejects with what it says of a query that it does not take. */
  async query(text: string): Promise<readonly Series[]> {
    const response = await fetch(`${this.#server.url}/query?db=${this.database}&epoch=ms`, {
      method: 'POST',
      body: new URLSearchParams({ q: text }),
    });
    const { error, results = [] } = (await response.json()) as Answer;
    const failure = error ?? results.find((result) => result.error !== undefined)?.error;
    if (failure !== undefined) throw new Error(`${failure}: ${text}`);
    return results.flatMap(({ series = [] }) => series);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#server[Symbol.asyncDispose]());
  }
}
