import { setTimeout as delay } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { CommandFailure, lineOf } from '#cli/failure.ts';
import { type Credentials, openConnection } from '#cli/replay/connection.ts';
import { stopwatch } from '#model/clock.ts';

export interface SenderOptions {
  /** Asked before every connection: a platform that was restarted no longer knows the old ones. Rejects while it is away. */
  readonly credentials: () => Promise<Credentials>;
  /** Messages that may be unacknowledged at a time. */
  readonly inFlight: number;
  /** How long the platform may be away once it was there, before `send` and `drain` reject. */
  readonly patienceMs: number;
  /** One line for people: the connection was lost, came back. */
  readonly note: (line: string) => void;
}

interface Message {
  readonly topic: string;
  readonly payload: string;
}

/** Connections in a row that the platform closed without one acknowledgement, before we take it for a refusal. */
const refusalsToGiveUp = 5;
/** The platform was there a moment ago: what does not work now is no restart. */
const firstPatienceMs = 5_000;
const retryMs = 250;

/**
 * Publishes at QoS 1 in the order of `send` over one connection. What is not acknowledged when the connection ends is
 * sent again, in order, over the next one, before anything new: the platform stores identical readings once.
 */
export class Sender {
  readonly #options: SenderOptions;
  /** Sent or to be sent, not acknowledged; iterates in order of sending. */
  readonly #pending = new Map<number, Message>();
  #nextId = 0;
  #acknowledged = 0;
  #reconnects = 0;
  #client: MqttClient | undefined;
  /** Connections since the last acknowledgement. */
  #fruitless = 0;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;
  #isClosed = false;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }
  get reconnects(): number {
    return this.#reconnects;
  }

  /** The first connection. */
  connect(): Promise<void> {
    return this.#connectWithin(firstPatienceMs);
  }

  async #connectWithin(patienceMs: number): Promise<void> {
    const since = stopwatch();
    for (;;) {
      try {
        const client = await openConnection(await this.#options.credentials());
        this.#take(client);
        return;
      } catch (error) {
        if (this.#isClosed) return;
        if (stopwatch() - since > patienceMs)
          throw new CommandFailure(
            `no connection to the platform: ${lineOf(error)}; see that it runs and replay again`,
            {
              cause: error,
            },
          );
        await delay(retryMs);
      }
    }
  }

  /** Resolves when the message is under way and there is room for another one. */
  async send(topic: string, payload: string): Promise<void> {
    const id = this.#nextId++;
    const message = { topic, payload };
    this.#pending.set(id, message);
    if (this.#client) this.#publish(this.#client, id, message);
    await this.#until(() => this.#pending.size < this.#options.inFlight);
  }

  /** Resolves when everything is acknowledged. */
  drain(): Promise<void> {
    return this.#until(() => this.#pending.size === 0);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // A polite end waits for acknowledgements; without a message under way there is nothing to wait for.
    await this.#client?.endAsync(this.#pending.size > 0);
  }

  #take(client: MqttClient): void {
    if (this.#isClosed) {
      client.end(true);
      return;
    }
    this.#client = client;
    client.once('close', () => this.#lost(client));
    if (!client.connected) {
      this.#lost(client);
      return;
    }
    for (const [id, message] of this.#pending) this.#publish(client, id, message);
  }

  #publish(client: MqttClient, id: number, { topic, payload }: Message): void {
    client.publish(topic, payload, { qos: 1 }, (error) => {
      // An error means that the connection ended: the message stays pending and goes out over the next one.
      if (error || !this.#pending.delete(id)) return;
      this.#acknowledged += 1;
      this.#fruitless = 0;
      this.#wake?.();
    });
  }

  #lost(client: MqttClient): void {
    if (this.#isClosed || client !== this.#client) return;
    this.#client = undefined;
    client.end(true);
    this.#fruitless += 1;
    if (this.#fruitless >= refusalsToGiveUp) {
      this.#fail(
        new CommandFailure(
          'the platform closes the connection without acknowledging; check that the devices of the map stand in its community, and its log',
        ),
      );
      return;
    }
    this.#reconnects += 1;
    this.#options.note('connection lost; waiting for the platform');
    this.#connectWithin(this.#options.patienceMs).then(
      () => this.#options.note(`connected again; ${this.#pending.size} messages sent again`),
      (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))),
    );
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#wake?.();
  }

  /** One caller at a time waits: `send` is awaited before the next one. */
  async #until(isReached: () => boolean): Promise<void> {
    while (!isReached()) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure) throw this.#failure;
  }
}
