import type { Message } from '#device-sim/mqtt/connection.ts';
import { GridbellError } from '#model/errors.ts';

export interface Pending extends Message {
  /** To a connection, once at least. */
  isWritten: boolean;
  readonly isGreeting: boolean;
}

/** MQTT has 65,535 message ids; one is kept for the greeting of the next connection. */
const most = 0xfffe;

/** What a sender said and the platform did not acknowledge, by message id, in order of sending. */
export class Unacknowledged {
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  get size(): number {
    return this.#pending.size;
  }

  /** Answers the message's id. Throws GridbellError `not-ready` when no id is free. */
  add(message: Message, { isGreeting = false } = {}): readonly [id: number, pending: Pending] {
    if (this.#pending.size >= most && !isGreeting)
      throw new GridbellError(
        'not-ready',
        `the platform left ${most} messages of one connection unacknowledged; see its log, and send slower`,
      );
    do this.#lastId = (this.#lastId % 0xffff) + 1;
    while (this.#pending.has(this.#lastId));
    const pending = { ...message, isWritten: false, isGreeting };
    this.#pending.set(this.#lastId, pending);
    return [this.#lastId, pending];
  }

  /** Undefined: nothing waited under that id. */
  take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  /** What a new connection has to say again; a greeting is said anew. */
  again(): readonly (readonly [id: number, pending: Pending])[] {
    for (const [id, { isGreeting }] of this.#pending) if (isGreeting) this.#pending.delete(id);
    return [...this.#pending];
  }
}
