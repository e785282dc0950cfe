import type { MessagePort } from 'node:worker_threads';
import { type Failure, GridbellError, messageOf } from '#model/errors.ts';

/**
 * What the other side of a port offers: functions of one argument that is plain data. `call` awaits the answer, `tell`
 * does not want one.
 */
type Methods = Record<string, (input: never) => unknown>;
type Input<F> = F extends (input: infer I) => unknown ? I : never;
type Answer<F> = F extends (input: never) => infer R ? Awaited<R> : never;

type Message =
  | { readonly kind: 'tell'; readonly method: string; readonly input: unknown }
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly input: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly failure: Failure };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

type Report = (method: string, error: unknown) => void;

const warn: Report = (method, error) =>
  process.emitWarning(`"${method}" of another thread could not be handled: ${messageOf(error)}`);

/** What both MessagePort and Worker have. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: Message) => void): unknown;
  on(event: 'close' | 'exit', listener: () => void): unknown;
}

/** One end of a conversation between two threads. */
export class Peer<Remote extends Methods> {
  readonly #port: Port;
  readonly #handlers: Methods;
  readonly #report: Report;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #closed = false;

  /** `report` is told of a handler that failed at something that wants no answer. */
  constructor(port: Port | MessagePort, handlers: Methods, report: Report = warn) {
    this.#port = port as Port;
    this.#handlers = handlers;
    this.#report = report;
    this.#port.on('message', (message) => void this.#receive(message));
    this.#port.on('close', () => this.#end());
    this.#port.on('exit', () => this.#end());
  }

  tell<M extends keyof Remote & string>(method: M, input: Input<Remote[M]>): void {
    if (!this.#closed) this.#port.postMessage({ kind: 'tell', method, input } satisfies Message);
  }

  /** Rejects with the GridbellError that the other side threw, or `not-ready` when that side has ended. */
  call<M extends keyof Remote & string>(method: M, input: Input<Remote[M]>): Promise<Answer<Remote[M]>> {
    if (this.#closed)
      return Promise.reject(new GridbellError('not-ready', `the thread that knows "${method}" has ended`));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<Answer<Remote[M]>>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#port.postMessage({ kind: 'call', id, method, input } satisfies Message);
    });
  }

  async #receive(message: Message): Promise<void> {
    switch (message.kind) {
      case 'tell':
        await this.#run(message.method, message.input).catch((error: unknown) =>
          this.#report(message.method, error),
        );
        return;
      case 'call':
        this.#post(await this.#answer(message.id, message.method, message.input));
        return;
      case 'answer':
        this.#take(message.id)?.resolve(message.value);
        return;
      case 'refusal': {
        const { code, detail, extra } = message.failure;
        this.#take(message.id)?.reject(new GridbellError(code, detail, extra === undefined ? {} : { extra }));
        return;
      }
    }
  }

  /** An answer that cannot be copied between threads is a fault of ours, and said so. */
  #post(answer: Message & { readonly id: number }): void {
    try {
      this.#port.postMessage(answer);
    } catch (error) {
      const failure: Failure = { code: 'internal', detail: messageOf(error) };
      this.#port.postMessage({ kind: 'refusal', id: answer.id, failure } satisfies Message);
    }
  }

  async #run(method: string, input: unknown): Promise<unknown> {
    const handler = this.#handlers[method];
    if (!handler) throw new GridbellError('internal', `no thread answers "${method}"`);
    return await handler(input as never);
  }

  async #answer(id: number, method: string, input: unknown): Promise<Message & { readonly id: number }> {
    try {
      return { kind: 'answer', id, value: await this.#run(method, input) };
    } catch (error) {
      const failure: Failure =
        error instanceof GridbellError
          ? { code: error.code, detail: error.message, extra: error.extra }
          : { code: 'internal', detail: messageOf(error) };
      return { kind: 'refusal', id, failure };
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #end(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) {
      reject(new GridbellError('not-ready', 'the thread ended before it answered'));
    }
    this.#waiting.clear();
  }
}
