import type { SmtpSession } from '#notify/channels/smtp-session.ts';

export interface SmtpPoolOptions {
  /** Connections at a time: mail servers count them. */
  readonly most: number;
  open(signal: AbortSignal): Promise<SmtpSession>;
}

/** A mail server closes connections that say nothing for minutes; we close ours before. */
const idleMs = 30_000;

/** Connections to one mail server, kept for the next message: a handshake with TLS takes longer than a message. */
export class SmtpPool {
  readonly #options: SmtpPoolOptions;
  readonly #idle = new Map<SmtpSession, NodeJS.Timeout>();
  readonly #waiting: (() => void)[] = [];
  #taken = 0;
  #isClosed = false;

  constructor(options: SmtpPoolOptions) {
    this.#options = options;
  }

  /** Rejects as `open` and `use` do, and with the signal's reason while all connections are taken. */
  async with<T>(signal: AbortSignal, use: (session: SmtpSession) => Promise<T>): Promise<T> {
    await this.#turn(signal);
    try {
      const session = (await this.#takeIdle(signal)) ?? (await this.#options.open(signal));
      try {
        return await use(session);
      } finally {
        this.#keep(session);
      }
    } finally {
      this.#taken--;
      this.#waiting.shift()?.();
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const session of this.#idle.keys()) this.#forget(session);
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#taken >= this.#options.most) {
      const { promise, reject, resolve } = Promise.withResolvers<void>();
      const leave = (): void => reject(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(resolve);
      try {
        await promise;
      } catch (error) {
        this.#waiting.splice(this.#waiting.indexOf(resolve), 1);
        throw error;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    }
    this.#taken++;
  }

  /** One that the server still answers on; null: none. */
  async #takeIdle(signal: AbortSignal): Promise<SmtpSession | null> {
    for (const [session, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(session);
      try {
        await session.reset(signal);
        return session;
      } catch {
        session.close();
        signal.throwIfAborted();
      }
    }
    return null;
  }

  #keep(session: SmtpSession): void {
    if (this.#isClosed || !session.isUsable) {
      session.close();
      return;
    }
    const timer = setTimeout(() => this.#forget(session), idleMs);
    timer.unref();
    this.#idle.set(session, timer);
  }

  #forget(session: SmtpSession): void {
    clearTimeout(this.#idle.get(session));
    this.#idle.delete(session);
    session.close();
  }
}
