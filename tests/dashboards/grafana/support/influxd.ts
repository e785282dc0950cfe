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

  get url(): string {
    return this.#server.url;
  }

  private constructor(server: RunningInflux) {
    this.#server = server;
  }

  static async start(): Promise<Influxd> {
    return new Influxd(await startInflux());
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
