import type { Duplex } from 'node:stream';
import type { GuardedState } from '#broker/guards/guards.ts';
import type { Gate } from '#broker/intake/gate.ts';
import type { Refusal } from '#broker/refusals.ts';
import type { Sender } from '#broker/topic-rights.ts';
import type { EpochMs } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import type { PresenceCause } from '#model/record.ts';

/** What the CONNECT of a connection said. */
export interface ConnectDetails {
  readonly at: EpochMs;
  /** As the client gave it; of an empty one, a made-up one. */
  readonly clientId: string;
  readonly willTopic: string | null;
  /** The client said that it is a bridge. */
  readonly isBridge: boolean;
  /** The session outlives the connection (clean session 0). */
  readonly keepsSession: boolean;
  /** False for an empty client id with a session that outlives the connection. */
  readonly mayStay: boolean;
  /** The client says something at least this often; 0: it need not. */
  readonly keepAliveMs: number;
}

/** Messages that a bridge or gateway sends retained this long after its CONNECT are state, not events. */
const stateWindowMs = 5_000;

/** Subscriptions of one connection; a plain device needs one. */
export const mostFilters = 100;

export interface ConnectionParts {
  readonly stream: Duplex;
  readonly remote: string;
  readonly gate: Gate;
  readonly count: (reason: Refusal, who: string) => void;
}

/** One client's connection, from the socket's accept to its close. */
export class Connection implements GuardedState {
  readonly stream: Duplex;
  /** The address of the other end. */
  readonly remote: string;
  readonly gate: Gate;
  /** Counts the reason and ends the connection. */
  readonly refuse: (reason: Refusal) => void;
  isConnectSeen = false;
  /** When something came last, or when we last kept it waiting; monotonic. */
  heardAtMs: number;
  /** When what is handed on now was read; monotonic. */
  readAtMs: number;
  readonly #filters = new Set<string>();
  #connect: ConnectDetails | null = null;
  #sender: Sender | null = null;
  #cause: PresenceCause | null = null;
  #isEnded = false;

  constructor({ count, gate, remote, stream }: ConnectionParts) {
    this.stream = stream;
    this.remote = remote;
    this.gate = gate;
    this.heardAtMs = stopwatch();
    this.readAtMs = this.heardAtMs;
    this.refuse = (reason) => {
      count(reason, this.who);
      this.destroy();
    };
  }

  get connect(): ConnectDetails | null {
    return this.#connect;
  }
  get sender(): Sender | null {
    return this.#sender;
  }
  get isAccepted(): boolean {
    return this.#sender !== null;
  }
  /** For counts and the log. */
  get who(): string {
    if (this.#sender === null) return this.remote;
    return this.#sender.kind === 'device' ? this.#sender.device : this.#sender.name;
  }

  introduce(details: ConnectDetails): void {
    this.#connect = details;
  }

  accept(sender: Sender): void {
    this.#sender = sender;
    this.gate.accept(sender);
  }

  /** Takes a subscription; false when it has too many. */
  subscribe(filter: string): boolean {
    if (this.#filters.size >= mostFilters && !this.#filters.has(filter)) return false;
    this.#filters.add(filter);
    return true;
  }

  unsubscribe(filters: readonly string[]): void {
    for (const filter of filters) this.#filters.delete(filter);
  }

  isSubscribed(filter: string): boolean {
    return this.#filters.has(filter);
  }

  /** Whether a message that it sends retained at `at` is state. */
  isStateAt(at: EpochMs): boolean {
    if (this.#connect === null || this.#sender?.kind !== 'device') return false;
    const isCarrier = this.#sender.isGateway || this.#connect.isBridge;
    return isCarrier && at - this.#connect.at <= stateWindowMs;
  }

  /** Why it is about to end; the first cause counts. */
  endsBy(cause: PresenceCause): void {
    this.#cause ??= cause;
  }

  /** Answers why it ended the first time that it is called, null after that. */
  end(): PresenceCause | null {
    if (this.#isEnded) return null;
    this.#isEnded = true;
    return this.#cause ?? 'connection-lost';
  }

  largeBegins(): boolean {
    return this.gate.largeBegins();
  }
  largeEnds(): void {
    this.gate.largeEnded();
  }

  destroy(): void {
    this.stream.destroy();
  }
}
