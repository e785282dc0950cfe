/** What the API answered; `body` is what its OpenAPI says of the route, or a problem document. */
export interface StaffAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface StaffOptions {
  readonly passwordOf: (account: string) => string;
}

/** Simulated workers at the HTTP API, each signed in as themselves once they do something. */
export class Staff {
  readonly #passwordOf: (account: string) => string;
  #base = '';
  readonly #sessions = new Map<string, Promise<string>>();

  constructor({ passwordOf }: StaffOptions) {
    this.#passwordOf = passwordOf;
  }

  /** Where the platform's API is now: `http://127.0.0.1:8080`. Sessions outlive its restart. */
  moveTo(base: string): void {
    this.#base = base;
  }

  /**
   * Asks as somebody; whose session has run out signs in again.
   * @throws when nobody answers, or when the account cannot sign in.
   */
  async ask(account: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<StaffAnswer> {
    const answer = await this.#send(method, path, body, await this.session(account));
    if (answer.status !== 401) return answer;
    this.#sessions.delete(account);
    return this.#send(method, path, body, await this.session(account));
  }

  /** A token of the account's session, made when there is none. */
  session(account: string): Promise<string> {
    const open = this.#sessions.get(account);
    if (open) return open;
    const signingIn = this.#signIn(account);
    this.#sessions.set(account, signingIn);
    signingIn.catch(() => this.#sessions.delete(account));
    return signingIn;
  }

  /** A stream of server-sent events, as text in pieces; `last`: the id of the last event that was seen. */
  async stream(
    account: string,
    path: string,
    last: string | undefined,
    signal: AbortSignal,
  ): Promise<AsyncIterable<string>> {
    const response = await fetch(this.#base + path, {
      headers: {
        authorization: `Bearer ${await this.session(account)}`,
        ...(last === undefined ? {} : { 'last-event-id': last }),
      },
      signal,
    });
    if (response.status === 401) this.#sessions.delete(account);
    if (response.status !== 200 || response.body === null)
      throw new Error(`${path}: the platform answered ${response.status}`);
    return response.body.pipeThrough(new TextDecoderStream());
  }

  async #signIn(account: string): Promise<string> {
    const credentials = { username: account, password: this.#passwordOf(account) };
    const { status, body } = await this.#send('POST', '/api/v1/session', credentials, undefined);
    if (typeof body === 'object' && body !== null && 'token' in body && typeof body.token === 'string')
      return body.token;
    throw new Error(`${account} cannot sign in: the platform answered ${status}`);
  }

  async #send(method: string, path: string, body: unknown, token: string | undefined): Promise<StaffAnswer> {
    const response = await fetch(this.#base + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  }
}
