import { TokenBucket } from '#broker/intake/token-bucket.ts';
import type { BrokerLimits } from '#broker/limits.ts';
import { stopwatch } from '#model/clock.ts';

export const doorRefusals = [
  'too-many-sockets', // also those that never say who they are
  'too-many-connections',
  'too-many-of-address',
  'too-many-waiting', // to be let in
] as const;
export type DoorRefusal = (typeof doorRefusals)[number];

const lookEveryMs = 50;
/** Sockets amid a handshake, on top of the connections. */
const handshakes = 256;
/** As many may come at once: a community whose power comes back. */
const burstSeconds = 2;

/** Somebody at the door. */
export interface Visitor {
  /** The address. */
  readonly remote: string;
  letIn(): void;
}

/** Counts connections, and lets no more in at a time than the machine can greet. */
export class Doorkeeper {
  readonly #limits: BrokerLimits;
  readonly #greetings: TokenBucket;
  readonly #inside = new Set<Visitor>();
  readonly #ofAddress = new Map<string, number>();
  readonly #waiting = new Set<Visitor>();
  #sockets = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(limits: BrokerLimits) {
    this.#limits = limits;
    const { connectsPerSecond } = limits;
    this.#greetings = new TokenBucket(connectsPerSecond, connectsPerSecond * burstSeconds, stopwatch());
  }

  /** Connections that wait to be let in. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Another socket is open; false: one too many. */
  socketOpened(): boolean {
    this.#sockets++;
    return this.#sockets <= this.#limits.connections + handshakes;
  }
  socketClosed(): void {
    this.#sockets--;
  }

  /** Lets the visitor in, now or when it is its turn; an answer is why it may not come. It leaves with `left`. */
  knock(visitor: Visitor): DoorRefusal | null {
    const ofAddress = this.#ofAddress.get(visitor.remote) ?? 0;
    if (this.#inside.size + this.#waiting.size >= this.#limits.connections) return 'too-many-connections';
    if (ofAddress >= this.#limits.connectionsOfAddress) return 'too-many-of-address';
    if (this.#waiting.size >= this.#limits.waitingConnects) return 'too-many-waiting';
    this.#ofAddress.set(visitor.remote, ofAddress + 1);
    if (this.#waiting.size === 0 && this.#greetings.take(stopwatch())) this.#greet(visitor);
    else {
      this.#waiting.add(visitor);
      this.#timer ??= setInterval(() => this.#look(), lookEveryMs).unref();
    }
    return null;
  }

  /** The connection has ended, inside or before the door. */
  left(visitor: Visitor): void {
    if (!this.#inside.delete(visitor) && !this.#waiting.delete(visitor)) return;
    const others = (this.#ofAddress.get(visitor.remote) ?? 1) - 1;
    if (others > 0) this.#ofAddress.set(visitor.remote, others);
    else this.#ofAddress.delete(visitor.remote);
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  #greet(visitor: Visitor): void {
    this.#inside.add(visitor);
    visitor.letIn();
  }

  #look(): void {
    const now = stopwatch();
    for (const visitor of this.#waiting) {
      if (!this.#greetings.take(now)) return;
      this.#waiting.delete(visitor);
      this.#greet(visitor);
    }
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }
}
