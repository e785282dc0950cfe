import type { Duplex } from 'node:stream';
import type { Client } from 'aedes';
import { Connection } from '#broker/connection.ts';
import { Doorkeeper } from '#broker/intake/doorkeeper.ts';
import { Gate } from '#broker/intake/gate.ts';
import { GatedReads } from '#broker/intake/gated-reads.ts';
import type { Intake } from '#broker/intake/intake.ts';
import { judgeLiveness } from '#broker/keep-alive.ts';
import type { BrokerLimits } from '#broker/limits.ts';
import type { Reception } from '#broker/listeners/listening.ts';
import type { Presence } from '#broker/presence.ts';
import type { Refusal, Refusals } from '#broker/refusals.ts';

/** How long after its end a connection counts as ended, when aedes does not tell of it. */
const endedLatestMs = 1_000;
/** The last tenth of the connections is for devices that have few: one stolen token does not lock all others out. */
const crowded = 0.9;
/** A client that has so much of what it was told unread is not read either. */
const unreadBytes = 64 * 2 ** 10;

export interface ConnectionsParts {
  readonly limits: BrokerLimits;
  readonly intake: Intake;
  readonly presence: Presence;
  readonly refusals: Refusals;
  /** Gives a connection that was let in to aedes. */
  readonly handle: (stream: Duplex) => void;
}

/** The connections that are open, from the door to their end, and what time alone does to them. */
export class Connections implements Reception {
  readonly #parts: ConnectionsParts;
  readonly #door: Doorkeeper;
  /** With their reads once they are let in. */
  readonly #open = new Map<Connection, GatedReads | null>();
  /** Also of those that are closed: a will comes after the end. */
  readonly #byStream = new WeakMap<object, Connection>();
  #isClosing = false;

  constructor(parts: ConnectionsParts) {
    this.#parts = parts;
    this.#door = new Doorkeeper(parts.limits);
  }

  get size(): number {
    return this.#open.size;
  }
  /** Those that wait to be let in. */
  get waiting(): number {
    return this.#door.waiting;
  }
  /** Hardly any are left. */
  get isCrowded(): boolean {
    return this.#open.size > this.#parts.limits.connections * crowded;
  }
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Whose stream this is; also when it has ended. */
  withStream(stream: object | undefined): Connection | undefined {
    return stream === undefined ? undefined : this.#byStream.get(stream);
  }
  of(client: Client | null): Connection | undefined {
    return client === null ? undefined : this.withStream(client.conn);
  }

  socketOpened(): boolean {
    const isWelcome = this.#door.socketOpened();
    if (!isWelcome) this.#parts.refusals.count('too-many-sockets', 'unknown');
    return isWelcome;
  }
  socketClosed(): void {
    this.#door.socketClosed();
  }

  accept(stream: Duplex, remote: string): Connection {
    const { intake, refusals } = this.#parts;
    const gate = new Gate(intake, {
      // aedes reads on when it hears this.
      open: () => stream.emit('readable'),
      unread: () => stream.writableLength > unreadBytes,
    });
    const count = (reason: Refusal, who: string) => refusals.count(reason, who);
    const connection = new Connection({ stream, remote, gate, count });
    const visitor = { remote, letIn: () => this.#letIn(connection) };
    this.#open.set(connection, null);
    this.#byStream.set(stream, connection);
    stream.on('error', () => stream.destroy());
    stream.once('close', () => {
      this.#open.delete(connection);
      this.#door.left(visitor);
      gate.close();
      // aedes tells of the end by itself, after the will; but not of one that came amid the CONNECT.
      setTimeout(() => this.ended(connection), endedLatestMs).unref();
    });
    const refusal = this.#isClosing ? 'closing' : this.#door.knock(visitor);
    if (refusal !== null) connection.refuse(refusal);
    return connection;
  }

  /** Presence hears of it, once. */
  ended(connection: Connection | undefined): void {
    const cause = connection?.end() ?? null;
    if (cause !== null && connection?.sender?.kind === 'device')
      this.#parts.presence.closed(connection.sender.device, cause);
  }

  /** Ends those of these devices. */
  disconnect(devices: ReadonlySet<string>): void {
    for (const connection of this.#open.keys()) {
      if (connection.sender?.kind !== 'device' || !devices.has(connection.sender.device)) continue;
      connection.endsBy('disconnect');
      connection.destroy();
    }
  }

  /** To be called about once a second, after the intake's: ends who is silent or too slow, answers pings for whom we keep waiting. */
  sweep(): void {
    for (const [connection, reads] of this.#open) if (connection.isAccepted) this.#look(connection, reads);
  }

  /** Takes no more, and ends all; also those that aedes does not know (yet): a listener closes only with its last connection. */
  close(): void {
    this.#isClosing = true;
    this.#door.close();
    for (const connection of this.#open.keys()) connection.destroy();
  }

  #look(connection: Connection, reads: GatedReads | null): void {
    const { intake, limits } = this.#parts;
    const { answerPingsAfterMs, patienceMs } = limits;
    const { nowMs } = intake;
    const { waitsForRoomSinceMs } = connection.gate;
    const liveness = judgeLiveness(connection, { answerPingsAfterMs, nowMs });
    if (waitsForRoomSinceMs !== null && nowMs - waitsForRoomSinceMs >= patienceMs)
      connection.refuse('inbox-refused');
    else if (intake.isInTheWay(connection.gate)) connection.refuse('too-slow');
    else if (liveness === 'waits') reads?.answerPings();
    else if (liveness === 'silent') {
      connection.endsBy('keep-alive');
      connection.destroy();
    }
  }

  #letIn(connection: Connection): void {
    const { gate, stream } = connection;
    if (stream.destroyed) return;
    this.#open.set(connection, new GatedReads(connection, gate, this.#parts.intake));
    stream.on('drain', () => gate.wake());
    this.#parts.handle(stream);
  }
}
