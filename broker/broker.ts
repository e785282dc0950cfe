import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Client } from 'aedes';
import { Connection } from '#broker/connection.ts';
import { Courier } from '#broker/courier.ts';
import { createHooks } from '#broker/hooks.ts';
import { Doorkeeper } from '#broker/intake/doorkeeper.ts';
import { Gate } from '#broker/intake/gate.ts';
import { GatedReads } from '#broker/intake/gated-reads.ts';
import { Intake } from '#broker/intake/intake.ts';
import { PatientInbox } from '#broker/intake/patient-inbox.ts';
import { judgeLiveness } from '#broker/keep-alive.ts';
import { type BrokerLimits, defaultLimits } from '#broker/limits.ts';
import type { Listener, ListenOptions, Reception } from '#broker/listeners/listening.ts';
import { listenTcp, listenTls } from '#broker/listeners/tcp.ts';
import { listenWebSocket } from '#broker/listeners/web-socket.ts';
import { type OperatorGrant, Operators } from '#broker/operators.ts';
import type { BrokerLog, CommandSource, DeviceLookup, InboxAppender, Room } from '#broker/ports.ts';
import { Presence } from '#broker/presence.ts';
import { Publications } from '#broker/publications.ts';
import { attendReceivers } from '#broker/receivers.ts';
import { type Refusal, type RefusalCounts, Refusals } from '#broker/refusals.ts';
import { QuietAedes } from '#broker/routing.ts';
import { mostHalfOpen } from '#broker/sessions.ts';
import type { DeviceId, Position } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';

export interface BrokerOptions {
  readonly listen: ListenOptions;
  readonly inbox: InboxAppender;
  readonly devices: DeviceLookup;
  readonly commands: CommandSource;
  /** Key of model/secrets.ts hashDeviceToken. */
  readonly deviceTokenKey: Uint8Array;
  readonly clock: Clock;
  readonly log: BrokerLog;
  /** Where they are not the default ones. */
  readonly limits?: Partial<BrokerLimits>;
  /** How often it looks at what time alone changes; default 1 s. */
  readonly sweepEveryMs?: number;
}

/** Connections and devices as they are now; the rest counted since the start. */
export interface BrokerStats {
  readonly connections: number;
  readonly devicesOnline: number;
  /** Messages on disk since the start. */
  readonly messages: number;
  /** Messages on their way to the disk. */
  readonly underWay: number;
  /** Connections that are kept waiting: before the door, for their turn, for their rate, for room on the disk. */
  readonly waiting: {
    readonly door: number;
    readonly turn: number;
    readonly rate: number;
    readonly disk: number;
  };
  readonly refusals: RefusalCounts;
}

/** The MQTT broker, serving. */
export interface Broker {
  readonly mqttPort: number;
  readonly wsPort: number;
  /** null without a certificate. */
  readonly mqttsPort: number | null;
  readonly stats: BrokerStats;
  /** Lets an operator publish telemetry and status of any device until the process ends. Throws GridbellError('invalid-input'). */
  grant(grant: OperatorGrant): void;
  /** Ends the connections of these devices: what a device is and may do is read at its CONNECT. */
  disconnectDevices(devices: Iterable<string>): void;
  /** Commands to these devices have changed where they rest. */
  commandsChanged(devices: Iterable<DeviceId>): void;
  /** The engine has processed records up to here. */
  engineReached(position: Position): void;
  /** What the disk has room for; `ample` until told otherwise. */
  roomChanged(room: Room): void;
  /** Takes nothing more and ends all connections, without presence records and wills. What is in the inbox's queue stays there. */
  close(): Promise<void>;
}

/** Starts the broker. Rejects when a port cannot be had. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const broker = new EmbeddedBroker(options);
  try {
    await broker.listen(options.listen);
  } catch (error) {
    await broker.close();
    throw error;
  }
  return broker;
}

const endedLatestMs = 1_000;
/** The last tenth of the connections is for devices that have few: one stolen token does not lock all others out. */
const crowded = 0.9;
/** A client that has so much of what it was told unread is not read either. */
const unreadBytes = 64 * 2 ** 10;
/** … and cut off when it reads nothing of it for so long. */
const unreadForMs = 60_000;

class EmbeddedBroker implements Broker {
  readonly #aedes: QuietAedes;
  /** With their reads once they are let in. */
  readonly #open = new Map<Connection, GatedReads | null>();
  /** Also of those that are closed: a will comes after the end. */
  readonly #byStream = new WeakMap<object, Connection>();
  readonly #operators = new Operators();
  readonly #limits: BrokerLimits;
  readonly #sweepEveryMs: number;
  readonly #intake: Intake;
  readonly #inbox: PatientInbox;
  readonly #door: Doorkeeper;
  readonly #presence: Presence;
  readonly #publications: Publications;
  readonly #refusals: Refusals;
  readonly #courier: Courier;
  #listeners: Listener[] = [];
  #ports = { mqtt: 0, ws: 0, mqtts: 0 };
  #isClosing = false;
  #room: Room = 'ample';
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: BrokerOptions) {
    const { inbox, devices, deviceTokenKey, commands, clock, log, limits, sweepEveryMs = 1_000 } = options;
    this.#sweepEveryMs = sweepEveryMs;
    this.#limits = { ...defaultLimits, ...limits };
    this.#intake = new Intake(this.#limits);
    this.#inbox = new PatientInbox(inbox, {
      patienceMs: this.#limits.patienceMs,
      mostWaiting: 2 * this.#limits.underWay,
    });
    this.#door = new Doorkeeper(this.#limits);
    this.#presence = new Presence(inbox, clock, log);
    this.#publications = new Publications(this.#inbox, this.#intake, clock);
    this.#refusals = new Refusals(clock, log);
    const hooks = createHooks({
      authenticators: { devices, operators: this.#operators, deviceTokenKey },
      publications: this.#publications,
      presence: this.#presence,
      refusals: this.#refusals,
      clock,
      log,
      connectionOf: (client) => this.#connectionOf(client),
      isCrowded: () => this.#open.size > this.#limits.connections * crowded,
      admitSession: (clientId) => this.#aedes.admitSession(clientId),
      isClosing: () => this.#isClosing,
    });
    // No bound of aedes' own on deliveries under way (0): a hundred that wait for slow listeners would stop all commands.
    this.#aedes = new QuietAedes(
      {
        ...hooks,
        connectTimeout: this.#limits.connectWithinMs,
        drainTimeout: unreadForMs,
        maxInflightInbound: mostHalfOpen,
        concurrency: 0,
      },
      {
        isGranted: (client, filter) => this.#connectionOf(client)?.isSubscribed(filter) ?? false,
        isLetIn: ({ conn }) => conn !== undefined && (this.#byStream.get(conn)?.isAccepted ?? false),
      },
    );
    this.#courier = new Courier({ commands, inbox, clock, log });
    const senderOf = (client: Client) => this.#connectionOf(client)?.sender ?? null;
    attendReceivers({ aedes: this.#aedes, courier: this.#courier, senderOf });
    this.#aedes.on('unsubscribe', (filters, client) => this.#connectionOf(client)?.unsubscribe(filters));
    this.#aedes.on('clientReady', (client) => this.#connectionOf(client)?.gate.welcome());
    this.#aedes.on('clientDisconnect', (client) => this.#ended(this.#connectionOf(client)));
    onAnyError(this.#aedes, (error) => log.error({ error: messageOf(error) }, 'MQTT broker error'));
  }

  async listen({ host, mqttPort, wsPort, tls }: ListenOptions): Promise<void> {
    await this.#aedes.listen();
    this.#sweeper = setInterval(() => this.#sweep(), this.#sweepEveryMs).unref();
    const reception: Reception = {
      accept: (stream, remote) => this.#accept(stream, remote),
      socketOpened: () => this.#socketOpened(),
      socketClosed: () => this.#door.socketClosed(),
    };
    const opened = async (listening: Promise<Listener>): Promise<number> => {
      const listener = await listening;
      this.#listeners.push(listener);
      return listener.port;
    };
    this.#ports = {
      mqtt: await opened(listenTcp({ host, port: mqttPort, reception })),
      ws: await opened(listenWebSocket({ host, port: wsPort, reception })),
      mqtts: tls ? await opened(listenTls(tls, { host, port: tls.port, reception })) : 0,
    };
  }

  get mqttPort(): number {
    return this.#ports.mqtt;
  }
  get wsPort(): number {
    return this.#ports.ws;
  }
  get mqttsPort(): number | null {
    return this.#ports.mqtts || null;
  }
  get stats(): BrokerStats {
    return {
      connections: this.#open.size,
      devicesOnline: this.#presence.devices,
      messages: this.#publications.records,
      underWay: this.#intake.underWay,
      waiting: { door: this.#door.waiting, ...this.#intake.waiting },
      refusals: this.#refusals.counts,
    };
  }

  grant(grant: OperatorGrant): void {
    this.#operators.grant(grant);
  }

  disconnectDevices(devices: Iterable<string>): void {
    const ids: ReadonlySet<string> = new Set(devices);
    for (const connection of this.#open.keys()) {
      if (connection.sender?.kind !== 'device' || !ids.has(connection.sender.device)) continue;
      connection.endsBy('disconnect');
      connection.destroy();
    }
  }

  commandsChanged(devices: Iterable<DeviceId>): void {
    // What is read from may be closed already.
    if (!this.#isClosing) this.#courier.changed(devices);
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    clearInterval(this.#sweeper);
    this.#door.close();
    this.#intake.close();
    this.#presence.freeze();
    const listeners = this.#listeners.map((listener) => listener.close());
    const closed = new Promise<void>((resolve) => this.#aedes.close(resolve));
    // Also those that aedes does not know (yet): a listener closes only with its last connection.
    for (const connection of this.#open.keys()) connection.destroy();
    await Promise.all([closed, ...listeners]);
  }

  engineReached(position: Position): void {
    this.#intake.reached(position);
  }

  roomChanged(room: Room): void {
    this.#room = room;
    // What came first goes first.
    if (room !== 'none') this.#inbox.tryAgain(room);
    if (room === 'ample') this.#presence.catchUp();
    this.#intake.roomChanged(room);
  }

  #accept(stream: Duplex, remote: string): Connection {
    const gate = new Gate(this.#intake, {
      // aedes reads on when it hears this.
      open: () => stream.emit('readable'),
      unread: () => stream.writableLength > unreadBytes,
    });
    const count = (reason: Refusal, who: string) => this.#refusals.count(reason, who);
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
      setTimeout(() => this.#ended(connection), endedLatestMs).unref();
    });
    const refusal = this.#isClosing ? 'closing' : this.#door.knock(visitor);
    if (refusal !== null) connection.refuse(refusal);
    return connection;
  }

  #socketOpened(): boolean {
    const isWelcome = this.#door.socketOpened();
    if (!isWelcome) this.#refusals.count('too-many-sockets', 'unknown');
    return isWelcome;
  }

  #letIn(connection: Connection): void {
    const { gate, stream } = connection;
    if (stream.destroyed) return;
    this.#open.set(connection, new GatedReads(connection, gate, this.#intake));
    stream.on('drain', () => gate.wake());
    this.#aedes.handle(stream);
  }

  /** What time alone changes. */
  #sweep(): void {
    this.#inbox.tryAgain(this.#room);
    if (this.#room === 'ample') this.#presence.catchUp();
    this.#intake.sweep();
    const { nowMs } = this.#intake;
    const { answerPingsAfterMs, patienceMs } = this.#limits;
    for (const [connection, reads] of this.#open) {
      if (!connection.isAccepted) continue;
      const { waitsForRoomSinceMs } = connection.gate;
      const liveness = judgeLiveness(connection, { answerPingsAfterMs, nowMs });
      if (waitsForRoomSinceMs !== null && nowMs - waitsForRoomSinceMs >= patienceMs)
        connection.refuse('inbox-refused');
      else if (this.#intake.isInTheWay(connection.gate)) connection.refuse('too-slow');
      else if (liveness === 'waits') reads?.answerPings();
      else if (liveness === 'silent') {
        connection.endsBy('keep-alive');
        connection.destroy();
      }
    }
  }

  #ended(connection: Connection | undefined): void {
    const cause = connection?.end() ?? null;
    if (cause !== null && connection?.sender?.kind === 'device')
      this.#presence.closed(connection.sender.device, cause);
  }

  #connectionOf(client: Client | null): Connection | undefined {
    return client === null ? undefined : this.#byStream.get(client.conn);
  }
}

/** Without a listener an error of aedes' own would end the process; its types do not name the event. */
function onAnyError(emitter: EventEmitter, listener: (error: unknown) => void): void {
  emitter.on('error', listener);
}
