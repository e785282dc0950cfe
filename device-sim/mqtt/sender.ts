import { setTimeout as delay } from 'node:timers/promises';
import { Connection, ConnectionRefused, type Message, type Target } from '#device-sim/mqtt/connection.ts';
import { type Pending, Unacknowledged } from '#device-sim/mqtt/unacknowledged.ts';
import { stopwatch } from '#model/clock.ts';
import { GridbellError, messageOf } from '#model/errors.ts';

export interface SenderOptions {
  /** Asked before every connection: after a restart the platform may want others. Rejects while it is away. */
  readonly target: () => Promise<Target>;
  /** Messages that may be unacknowledged before `send` waits; default: it does not wait. */
  readonly inFlight?: number;
  /** How long the platform may be away once it was there, before everything rejects. */
  readonly patienceMs: number;
  /** How long it may take to be let in the first time; default 5 s. */
  readonly firstPatienceMs?: number;
  /** Waits for the turn to connect, so that many do not come at once; default: at once. */
  readonly turn?: () => Promise<void>;
  /** Said first on every connection; not counted as a message. */
  readonly greeting?: Message;
  /** Said when the platform takes our connections and closes them without one acknowledgement. */
  readonly refusedHint: string;
  readonly onAcknowledged?: () => void;
  readonly onLost?: () => void;
  /** For each `onLost`: it is there again, or was told to `leave` meanwhile. `resent`: messages that go out again. */
  readonly onBack?: (resent: number) => void;
  readonly onFailed?: (error: Error) => void;
}

/** Connections in a row that the platform closed without one acknowledgement, before we take it for a refusal. */
const refusalsToGiveUp = 5;
const retryMs = 250;
const slowestRetryMs = 5_000;
/** A device that was just imported may not be known for a moment; one that stays unknown is no matter of patience. */
const unknownWithinMs = 10_000;

/**
 * Publishes at QoS 1 in the order of `send` over one connection at a time. What is not acknowledged when the connection
 * ends is sent again, in order and with DUP, over the next one, before anything new: the platform counts it once.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #pending = new Unacknowledged();
  #acknowledged = 0;
  #reconnects = 0;
  #connection: Connection | null = null;
  /** The way in that is under way: a second one under the same name would throw out the first. */
  #connecting: Promise<void> | null = null;
  /** Is to be there; else it stays away. */
  #isWanted = false;
  /** Connections since the last acknowledgement. */
  #fruitless = 0;
  #failure: Error | null = null;
  #wakes: (() => void)[] = [];
  #isClosed = false;
  /** The end of the connection is our own doing. */
  #isTurning = false;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }
  get reconnects(): number {
    return this.#reconnects;
  }
  get isConnected(): boolean {
    return this.#connection !== null;
  }

  /** The first connection. Rejects with GridbellError `not-ready` when there is none in time. */
  connect(): Promise<void> {
    return this.#arrive(this.#options.firstPatienceMs ?? 5_000);
  }

  /** The connection after `leave`; as patient as with one that was lost. */
  comeBack(): Promise<void> {
    return this.#arrive(this.#options.patienceMs);
  }

  /** Resolves when the message is under way and there is room for another one. */
  async send(message: Message): Promise<void> {
    this.post(message);
    await this.#until(() => this.#pending.size < (this.#options.inFlight ?? Number.POSITIVE_INFINITY));
  }

  /** As `send`, for whoever does not wait: `onAcknowledged` tells. Throws GridbellError `not-ready` with 65,534 unacknowledged. */
  post(message: Message): void {
    this.#publish(...this.#pending.add(message));
  }

  /** Resolves when everything is acknowledged. */
  drain(): Promise<void> {
    return this.#until(() => this.#pending.size === 0);
  }

  /** Ends the connection, with DISCONNECT or without a word, and comes back. Resolves when it is there again. */
  async reconnect(how: 'politely' | 'without a word'): Promise<void> {
    // One that was lost counts already, and is on its way back.
    const wasThere = this.#connection !== null;
    if (wasThere) await this.leave(how);
    await this.comeBack();
    if (wasThere) this.#reconnects += 1;
  }

  /** Ends the connection and stays away until `comeBack`; one that is lost does not come back by itself. */
  async leave(how: 'politely' | 'without a word'): Promise<void> {
    const connection = this.#connection;
    this.#isWanted = false;
    if (connection === null) return;
    this.#isTurning = true;
    if (how === 'politely') connection.end();
    else connection.cut();
    await this.#until(() => this.#connection === null);
    this.#isTurning = false;
    this.#wake();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#failure === null && this.#pending.size === 0) await this.leave('politely');
    this.#isClosed = true;
    this.#connection?.cut();
  }

  async #arrive(patienceMs: number): Promise<void> {
    this.#isWanted = true;
    await this.#until(() => !this.#isTurning);
    while (this.#connection === null && this.#isWanted && !this.#isClosed) {
      this.#connecting ??= this.#connectWithin(patienceMs).finally(() => {
        this.#connecting = null;
      });
      await this.#connecting;
      if (this.#failure) throw this.#failure;
    }
  }

  async #connectWithin(patienceMs: number): Promise<void> {
    const since = stopwatch();
    let refusedSince: number | null = null;
    let waitMs = retryMs;
    for (;;) {
      try {
        await this.#options.turn?.();
        if (this.#isClosed || !this.#isWanted) return;
        this.#take(await this.#open());
        return;
      } catch (error) {
        if (this.#isClosed || !this.#isWanted) return;
        refusedSince = error instanceof ConnectionRefused ? (refusedSince ?? stopwatch()) : null;
        const isUnknown = refusedSince !== null && stopwatch() - refusedSince > unknownWithinMs;
        if (isUnknown || stopwatch() - since > patienceMs)
          throw new GridbellError(
            'not-ready',
            `no connection to the platform: ${messageOf(error)}; see that it runs and try again`,
            { cause: error },
          );
        await delay(waitMs);
        waitMs = Math.min(waitMs * 1.5, slowestRetryMs);
      }
    }
  }

  async #open(): Promise<Connection> {
    let opened: Connection | null = null;
    opened = await Connection.open(await this.#options.target(), {
      onAcknowledged: (messageId) => this.#acknowledge(messageId),
      onClosed: () => this.#lost(opened),
    });
    return opened;
  }

  #take(connection: Connection): void {
    if (this.#isClosed || !this.#isWanted) {
      connection.end();
      return;
    }
    this.#connection = connection;
    const again = this.#pending.again();
    const { greeting } = this.#options;
    if (greeting) this.#publish(...this.#pending.add(greeting, { isGreeting: true }));
    for (const [id, pending] of again) this.#publish(id, pending);
    if (!connection.isOpen) this.#lost(connection);
  }

  #publish(id: number, pending: Pending): void {
    if (this.#connection === null) return;
    this.#connection.publish(pending, id, pending.isWritten);
    pending.isWritten = true;
  }

  #acknowledge(id: number): void {
    const pending = this.#pending.take(id);
    if (pending === undefined) return;
    this.#fruitless = 0;
    if (!pending.isGreeting) {
      this.#acknowledged += 1;
      this.#options.onAcknowledged?.();
    }
    this.#wake();
  }

  #lost(connection: Connection | null): void {
    if (connection === null || connection !== this.#connection) return;
    this.#connection = null;
    this.#wake();
    if (this.#isClosed || this.#isTurning) return;
    this.#fruitless += 1;
    if (this.#fruitless >= refusalsToGiveUp) {
      this.#fail(
        new GridbellError(
          'not-allowed',
          `the platform closes the connection without acknowledging; ${this.#options.refusedHint}`,
        ),
      );
      return;
    }
    this.#reconnects += 1;
    this.#options.onLost?.();
    this.#arrive(this.#options.patienceMs).then(
      () => this.#options.onBack?.(this.#pending.size),
      (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))),
    );
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#options.onFailed?.(error);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }

  async #until(isReached: () => boolean): Promise<void> {
    while (!isReached()) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => this.#wakes.push(resolve));
    }
    if (this.#failure) throw this.#failure;
  }
}
