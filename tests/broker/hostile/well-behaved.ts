import { setTimeout as pause } from 'node:timers/promises';
import { stopwatch } from '#model/clock.ts';
import { community, tokenOf, victim } from '#tests/broker/hostile/community.ts';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';

const pauseMs = 5;
/** Longer than any disk takes to breathe; who waits longer was forgotten. */
const acknowledgedWithinMs = 20_000;

/** A smoke detector that publishes at QoS 1, one message after the other, while others do what they do. */
export class WellBehaved implements AsyncDisposable {
  readonly #client: RawMqtt;
  readonly #going: Promise<void>;
  #isStopped = false;
  #acknowledged = 0;
  #slowestMs = 0;

  private constructor(client: RawMqtt) {
    this.#client = client;
    this.#going = this.#go();
    this.#going.catch(() => undefined);
  }

  static async start(port: number): Promise<WellBehaved> {
    return new WellBehaved(
      await RawMqtt.connect({ port, username: victim, password: tokenOf(victim), clientId: 'good' }),
    );
  }

  /** Messages that were acknowledged; their payloads are `message 1`, `message 2` and so on. */
  get acknowledged(): number {
    return this.#acknowledged;
  }
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** Resolves when so many more were acknowledged; rejects as `stop` does. */
  async goesOn(messages: number): Promise<void> {
    const enough = this.#acknowledged + messages;
    const enoughCame = async (): Promise<void> => {
      while (this.#acknowledged < enough) await pause(pauseMs);
    };
    await Promise.race([enoughCame(), this.#going]);
  }

  /** Ends after the last acknowledgement; rejects when one did not come, or the connection broke. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#going;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client[Symbol.dispose]();
    await this.stop().catch(() => undefined);
  }

  async #go(): Promise<void> {
    for (let number = 1; !this.#isStopped; number++) {
      const messageId = 1 + (number % 65_535);
      const topic = `gridbell/${community}/${victim}/telemetry`;
      const began = stopwatch();
      const message = { topic, payload: `message ${number}`, messageId };
      await this.#client.publishAcknowledged(message, acknowledgedWithinMs);
      this.#slowestMs = Math.max(this.#slowestMs, stopwatch() - began);
      this.#acknowledged = number;
      await pause(pauseMs);
    }
  }
}
