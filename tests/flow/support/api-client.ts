import { inspect } from 'node:util';
import { adminPassword } from './running-platform.ts';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** A signed-in caller of the API. */
export class ApiClient {
  readonly #base: string;
  readonly #token: string | null;

  constructor(base: string, token: string | null) {
    this.#base = base;
    this.#token = token;
  }

  static async signIn(
    platform: { readonly ready: { readonly http: number } },
    username = 'admin',
    password = adminPassword,
  ): Promise<ApiClient> {
    const base = `http://127.0.0.1:${platform.ready.http}`;
    const { body, status } = await new ApiClient(base, null).post<{ token: string }>('/api/v1/session', {
      username,
      password,
    });
    if (status !== 200 && status !== 201)
      throw new Error(`cannot sign in as ${username}: ${JSON.stringify(body)}`);
    return new ApiClient(base, body.token);
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.send<T>('GET', path);
  }
  post<T>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.send<T>('POST', path, body);
  }

  async send<T>(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
  ): Promise<Answer<T>> {
    const response = await fetch(this.#base + path, {
      method,
      headers: {
        ...(this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }),
        ...(body === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, body: (isJson && text !== '' ? JSON.parse(text) : text) as T };
  }

  /** All items of a paged list. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string =
        cursor === '' ? '' : `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
      const { body, status } = await this.get<{ items: T[]; next: string | null }>(path + query);
      if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
      items.push(...body.items);
      cursor = body.next;
    }
    return items;
  }

  /** The live stream, event by event. */
  async *stream(
    topics: string,
    lastEventId?: string,
  ): AsyncGenerator<{ event: string; id: string; data: unknown }> {
    const response = await fetch(`${this.#base}/api/v1/stream?topics=${topics}`, {
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    });
    if (!response.body || response.status !== 200) throw new Error(`stream: ${response.status}`);
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const field = (name: string): string =>
          block
            .split('\n')
            .find((line) => line.startsWith(`${name}:`))
            ?.slice(name.length + 1)
            .trim() ?? '';
        if (field('event')) yield { event: field('event'), id: field('id'), data: JSON.parse(field('data')) };
      }
    }
  }
}

/** After so long it is said what is waited for: a test that runs out of time would tell nothing of it. */
const silentMs = 45_000;

/** Asks again until `holds`; the test's own time limit ends it otherwise. */
export async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const began = performance.now();
  let hasTold = false;
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    if (!hasTold && performance.now() - began > silentMs) {
      hasTold = true;
      console.warn(
        `waits for ${holds.toString()}; it is ${inspect(value, { depth: 4, breakLength: 120 }).slice(0, 2_000)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
