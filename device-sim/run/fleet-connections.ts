import type { Outgoing } from '#device-sim/faults/outgoing.ts';
import { Sender } from '#device-sim/mqtt/sender.ts';
import { newTurnstile } from '#device-sim/mqtt/turnstile.ts';
import type { ClockKind } from '#model/clock.ts';

export interface FleetConnectionsOptions {
  readonly community: string;
  /** Tokens by device id. */
  readonly tokens: ReadonlyMap<string, string>;
  /** Where MQTT listens; asked before every connection. */
  readonly address: () => Promise<{ readonly host: string; readonly port: number }>;
  readonly clock: ClockKind;
  readonly patienceMs: number;
  /** One line for people: connections were lost, came back. */
  readonly note: (line: string) => void;
}

/** What the broker lets in by far, and what the machines at the other end of a village do not feel. */
const connectsPerSecond = 500;
/** A device that was just imported is known to the broker a moment later. */
const firstPatienceMs = 30_000;

/** The devices, each on a connection of its own, under its own name; each says `online` first, and `offline` is its will. */
export class FleetConnections {
  readonly #options: FleetConnectionsOptions;
  readonly #senders = new Map<string, Sender>();
  /** Went without a word. */
  readonly #away = new Set<string>();
  #unacknowledged = 0;
  #acknowledged = 0;
  #lost = 0;
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  constructor(options: FleetConnectionsOptions) {
    this.#options = options;
    const turn = newTurnstile(connectsPerSecond);
    for (const [device, token] of options.tokens)
      this.#senders.set(device, this.#sender(device, token, turn));
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }
  get unacknowledged(): number {
    return this.#unacknowledged;
  }
  /** Of all devices, planned ones included. */
  get reconnects(): number {
    return [...this.#senders.values()].reduce((sum, { reconnects }) => sum + reconnects, 0);
  }

  /** Resolves when every device is connected and its `online` acknowledged. */
  async connect(): Promise<void> {
    await this.#each((sender) => sender.connect());
    await this.#each((sender) => sender.drain());
  }

  /**
   * On its way; `drain` waits. On the system clock a device that says `offline` goes without a word (the platform
   * says it for it) and comes back when it has something to say: on the data clock it only says so, since nobody can tell
   * when a broker notices that a connection is gone.
   */
  send({ device, payload, topic }: Outgoing): void {
    const sender = this.#senders.get(device);
    if (sender === undefined) return;
    const isOwnDoing = this.#options.clock === 'system' && topic === 'status';
    if (isOwnDoing && payload === 'offline') {
      this.#away.add(device);
      sender.leave('without a word').catch((error: unknown) => this.#failed(error));
      return;
    }
    if (this.#away.delete(device)) sender.comeBack().catch((error: unknown) => this.#failed(error));
    // The connection says it.
    if (isOwnDoing && payload === 'online') return;
    this.#unacknowledged += 1;
    sender.post({ topic: this.#topic(device, topic), payload: asPayload(payload) });
  }

  /** Throws when a device cannot go on. */
  check(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** Resolves when everything is acknowledged; rejects when a device cannot go on. */
  async drain(): Promise<void> {
    while (this.#unacknowledged > 0 && this.#failure === null) {
      const waits = Promise.withResolvers<void>();
      this.#wake = waits.resolve;
      await waits.promise;
    }
    this.check();
  }

  /** These, as far as they are there, go and come back; resolves when they are back and have said `online`. */
  async reconnect(devices: readonly string[]): Promise<void> {
    const senders = devices
      .flatMap((device) => this.#senders.get(device) ?? [])
      .filter(({ isConnected }) => isConnected);
    const how = this.#options.clock === 'data' ? 'politely' : 'without a word';
    await Promise.all(senders.map((sender) => sender.reconnect(how)));
    await Promise.all(senders.map((sender) => sender.drain()));
  }

  /** As `reconnect`, for whoever does not wait: what goes wrong is told by `check` and `drain`. */
  breakOff(devices: readonly string[]): void {
    this.reconnect(devices).catch((error: unknown) => this.#failed(error));
  }

  async close(): Promise<void> {
    await this.#each((sender) => sender.close());
  }

  async #each(act: (sender: Sender) => Promise<void>): Promise<void> {
    await Promise.all([...this.#senders.values()].map(act));
  }

  #topic(device: string, topic: string): string {
    return `gridbell/${this.#options.community}/${device}/${topic}`;
  }

  #sender(device: string, token: string, turn: () => Promise<void>): Sender {
    const { address, patienceMs } = this.#options;
    const status = this.#topic(device, 'status');
    return new Sender({
      target: async () => ({
        ...(await address()),
        username: device,
        password: token,
        clientId: device,
        will: { topic: status, payload: 'offline' },
      }),
      turn,
      greeting: { topic: status, payload: 'online' },
      patienceMs,
      firstPatienceMs,
      refusedHint: `see that the device ${device} stands in its community, and its log`,
      onAcknowledged: () => this.#acknowledge(),
      onLost: () => this.#lostOne(),
      onBack: () => this.#backAgain(),
      onFailed: (error) => this.#failed(error),
    });
  }

  #acknowledge(): void {
    this.#acknowledged += 1;
    this.#unacknowledged -= 1;
    if (this.#unacknowledged === 0) this.#wake?.();
  }

  /** One line for a platform that went away, not one for each device. */
  #lostOne(): void {
    if (this.#lost === 0) this.#options.note('connections were lost; waiting for the platform');
    this.#lost += 1;
  }

  #backAgain(): void {
    this.#lost -= 1;
    if (this.#lost === 0)
      this.#options.note('all connections are back; what was not acknowledged goes out again');
  }

  #failed(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.#wake?.();
  }
}

const asPayload = (payload: string | Uint8Array): string | Buffer =>
  typeof payload === 'string' ? payload : Buffer.from(payload);
