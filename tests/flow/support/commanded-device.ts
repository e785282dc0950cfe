import { RawMqtt } from '#tests/support/raw-mqtt.ts';

export interface Received {
  readonly id: string;
  readonly messageId: number;
  readonly dup: boolean;
}

/** A device that takes commands and acknowledges those that it is told to; it knows what it got on each connection. */
export class CommandedDevice implements Disposable {
  readonly #device: { readonly username: string; readonly password: string };
  readonly #topic: string;
  readonly #acknowledges: (id: string) => boolean;
  /** Of each connection, in the order in which they came. */
  readonly connections: Received[][] = [];
  /** A PUBACK for these was written. */
  readonly acknowledged = new Set<string>();
  #client: RawMqtt | null = null;
  #waiting: (() => void)[] = [];

  constructor(options: {
    readonly username: string;
    readonly password: string;
    readonly topic: string;
    readonly acknowledges: (id: string) => boolean;
  }) {
    this.#device = options;
    this.#topic = options.topic;
    this.#acknowledges = options.acknowledges;
  }

  get received(): readonly Received[] {
    return this.connections.flat();
  }
  /** Of its last connection. */
  get client(): RawMqtt {
    if (this.#client === null) throw new Error('the device never connected');
    return this.#client;
  }

  /** Resolves when it is subscribed. */
  async connect(port: number): Promise<void> {
    const client = await RawMqtt.connect({ port, ...this.#device });
    const got: Received[] = [];
    this.connections.push(got);
    this.#client = client;
    const subscribed = Promise.withResolvers<void>();
    client.onPacket((packet) => {
      if (packet.cmd === 'suback') subscribed.resolve();
      if (packet.cmd !== 'publish') return;
      const { id } = JSON.parse(String(packet.payload)) as { id: string };
      const messageId = packet.messageId ?? 0;
      got.push({ id, messageId, dup: packet.dup });
      if (this.#acknowledges(id)) this.acknowledge({ id, messageId });
      for (const wake of this.#waiting.splice(0)) wake();
    });
    client.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: this.#topic, qos: 1 }],
    });
    client.socket.once('close', () => subscribed.reject(new Error('closed before SUBACK')));
    await subscribed.promise;
  }

  acknowledge({ id, messageId }: Pick<Received, 'id' | 'messageId'>): void {
    this.client.send({ cmd: 'puback', messageId });
    this.acknowledged.add(id);
  }

  /** Waits until so many commands came on the last connection. */
  async has(count: number): Promise<readonly Received[]> {
    for (;;) {
      const got = this.connections.at(-1) ?? [];
      if (got.length >= count) return got;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  [Symbol.dispose](): void {
    this.#client?.[Symbol.dispose]();
  }
}
