import { RawMqtt } from '#tests/support/raw-mqtt.ts';

interface Sent {
  readonly topic: string;
  readonly payload: string;
}

/**
 * One device that publishes at QoS 1 and behaves as MQTT asks of a client: what is not acknowledged when the
 * connection breaks is sent again with DUP, in order, before anything new.
 */
export class LoadSender {
  readonly #device: { readonly username: string; readonly password: string };
  readonly #window: number;
  readonly #inFlight = new Map<number, Sent>();
  readonly #waiting: Sent[] = [];
  readonly acknowledged: Sent[] = [];
  #client: RawMqtt | null = null;
  #lastId = 0;
  #resent = 0;

  constructor(options: { username: string; password: string; window: number }) {
    this.#device = options;
    this.#window = options.window;
  }

  get unacknowledged(): number {
    return this.#inFlight.size + this.#waiting.length;
  }
  get isConnected(): boolean {
    return this.#client !== null && !this.#client.socket.destroyed;
  }
  get resent(): number {
    return this.#resent;
  }

  /** Connects, sends again what is open, then goes on. */
  async connect(port: number): Promise<void> {
    const client = await RawMqtt.connect({ port, ...this.#device });
    client.onPacket((packet) => {
      if (packet.cmd !== 'puback' || packet.messageId === undefined) return;
      const sent = this.#inFlight.get(packet.messageId);
      if (!sent) return;
      this.#inFlight.delete(packet.messageId);
      this.acknowledged.push(sent);
      this.#fill();
    });
    this.#client = client;
    for (const [messageId, sent] of this.#inFlight) {
      this.#resent += 1;
      client.publish({ ...sent, messageId, dup: true });
    }
    this.#fill();
  }

  publish(topic: string, payload: string): void {
    this.#waiting.push({ topic, payload });
    this.#fill();
  }

  close(): void {
    this.#client?.[Symbol.dispose]();
    this.#client = null;
  }

  #fill(): void {
    const client = this.#client;
    if (!client || client.socket.destroyed) return;
    while (this.#inFlight.size < this.#window) {
      const next = this.#waiting.shift();
      if (!next) return;
      do this.#lastId = (this.#lastId % 65_535) + 1;
      while (this.#inFlight.has(this.#lastId));
      this.#inFlight.set(this.#lastId, next);
      client.publish({ ...next, messageId: this.#lastId });
    }
  }
}
