import type { EventEmitter } from 'node:events';
import type { Client } from 'aedes';
import { Courier } from '#broker/commands/courier.ts';
import { attendReceivers } from '#broker/commands/receivers.ts';
import { Connections } from '#broker/connections.ts';
import { Deliveries, type Delivery } from '#broker/deliveries.ts';
import { createHooks } from '#broker/hooks.ts';
import { Intake } from '#broker/intake/intake.ts';
import { PatientInbox } from '#broker/intake/patient-inbox.ts';
import { type BrokerLimits, defaultLimits } from '#broker/limits.ts';
import type { Listener, ListenOptions } from '#broker/listeners/listening.ts';
import { listenTcp, listenTls } from '#broker/listeners/tcp.ts';
import { listenWebSocket } from '#broker/listeners/web-socket.ts';
import { type OperatorGrant, Operators } from '#broker/operators.ts';
import type { BrokerLog, CommandSource, DeviceLookup, InboxAppender, Room } from '#broker/ports.ts';
import { Presence } from '#broker/presence.ts';
import { Publications } from '#broker/publications.ts';
import { type RefusalCounts, Refusals } from '#broker/refusals.ts';
import { QuietAedes } from '#broker/routing.ts';
import { mostHalfOpen } from '#broker/sessions.ts';
import type { DeviceId, Position } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import { type DurationCounts, Durations } from '#model/counting.ts';
import { GridbellError, messageOf } from '#model/errors.ts';

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
  /** From the reading of a message of QoS 1 or 2 to its acknowledgement. */
  readonly acknowledgements: DurationCounts;
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
  /**
   * Takes what a device pushed otherwise than by MQTT; resolves when it is on disk. Rejects with GridbellError: `not-ready` when it
   * is closed, and as broker/deliveries.ts says.
   */
  deliver(delivery: Delivery): Promise<void>;
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

/** In seconds; denser than others where acknowledgements usually lie, so that percentiles can be told apart. */
const acknowledgementBounds = [
  0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15,
  0.25, 0.5, 1, 2.5, 10,
];

/** Who reads nothing of what it was told for so long is cut off. */
const unreadForMs = 60_000;

class EmbeddedBroker implements Broker {
  readonly #aedes: QuietAedes;
  readonly #connections: Connections;
  readonly #operators = new Operators();
  readonly #sweepEveryMs: number;
  readonly #intake: Intake;
  readonly #inbox: PatientInbox;
  readonly #presence: Presence;
  readonly #publications: Publications;
  readonly #deliveries: Deliveries;
  readonly #refusals: Refusals;
  readonly #courier: Courier;
  readonly #acknowledgements = new Durations(acknowledgementBounds);
  #listeners: Listener[] = [];
  #ports = { mqtt: 0, ws: 0, mqtts: 0 };
  #room: Room = 'ample';
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: BrokerOptions) {
    const { inbox, devices, deviceTokenKey, commands, clock, log, limits, sweepEveryMs = 1_000 } = options;
    this.#sweepEveryMs = sweepEveryMs;
    const allLimits = { ...defaultLimits, ...limits };
    this.#intake = new Intake(allLimits);
    this.#inbox = new PatientInbox(inbox, {
      patienceMs: allLimits.patienceMs,
      mostWaiting: 2 * allLimits.underWay,
    });
    this.#presence = new Presence(inbox, clock, log);
    this.#publications = new Publications(this.#inbox, this.#intake, clock);
    // Without patience: who pushes is told to come again.
    this.#deliveries = new Deliveries({ inbox, intake: this.#intake, clock, devices });
    this.#refusals = new Refusals(clock, log);
    const connections = new Connections({
      limits: allLimits,
      intake: this.#intake,
      presence: this.#presence,
      refusals: this.#refusals,
      handle: (stream) => this.#aedes.handle(stream),
    });
    this.#connections = connections;
    const hooks = createHooks({
      authenticators: { devices, operators: this.#operators, deviceTokenKey },
      publications: this.#publications,
      presence: this.#presence,
      refusals: this.#refusals,
      clock,
      log,
      connectionOf: (client) => connections.of(client),
      isCrowded: () => connections.isCrowded,
      admitSession: (clientId) => this.#aedes.admitSession(clientId),
      acknowledged: (tookMs) => this.#acknowledgements.observe(tookMs),
      isClosing: () => connections.isClosing,
    });
    // No bound of aedes' own on deliveries under way (0): a hundred that wait for slow listeners would stop all commands.
    this.#aedes = new QuietAedes(
      {
        ...hooks,
        connectTimeout: allLimits.connectWithinMs,
        drainTimeout: unreadForMs,
        maxInflightInbound: mostHalfOpen,
        concurrency: 0,
      },
      {
        isGranted: (client, filter) => connections.of(client)?.isSubscribed(filter) ?? false,
        isLetIn: ({ conn }) => connections.withStream(conn)?.isAccepted ?? false,
      },
    );
    this.#courier = new Courier({ commands, inbox: this.#inbox, clock, log });
    const senderOf = (client: Client) => connections.of(client)?.sender ?? null;
    attendReceivers({ aedes: this.#aedes, courier: this.#courier, senderOf });
    this.#aedes.on('unsubscribe', (filters, client) => connections.of(client)?.unsubscribe(filters));
    this.#aedes.on('clientReady', (client) => connections.of(client)?.gate.welcome());
    this.#aedes.on('clientDisconnect', (client) => connections.ended(connections.of(client)));
    onAnyError(this.#aedes, (error) => log.error({ error: messageOf(error) }, 'MQTT broker error'));
  }

  async listen({ host, mqttPort, wsPort, tls }: ListenOptions): Promise<void> {
    await this.#aedes.listen();
    this.#sweeper = setInterval(() => this.#sweep(), this.#sweepEveryMs).unref();
    const reception = this.#connections;
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
      connections: this.#connections.size,
      devicesOnline: this.#presence.devices,
      messages: this.#publications.records + this.#deliveries.records,
      underWay: this.#intake.underWay,
      waiting: { door: this.#connections.waiting, ...this.#intake.waiting },
      refusals: this.#refusals.counts,
      acknowledgements: this.#acknowledgements.counts,
    };
  }

  grant(grant: OperatorGrant): void {
    this.#operators.grant(grant);
  }

  disconnectDevices(devices: Iterable<string>): void {
    this.#connections.disconnect(new Set(devices));
  }

  async deliver(delivery: Delivery): Promise<void> {
    if (this.#connections.isClosing)
      throw new GridbellError('not-ready', 'The platform is stopping; come again.');
    await this.#deliveries.deliver(delivery);
  }

  commandsChanged(devices: Iterable<DeviceId>): void {
    // What is read from may be closed already.
    if (!this.#connections.isClosing) this.#courier.changed(devices);
  }

  async close(): Promise<void> {
    if (this.#connections.isClosing) return;
    clearInterval(this.#sweeper);
    this.#intake.close();
    this.#presence.freeze();
    const listeners = this.#listeners.map((listener) => listener.close());
    // First: from then on wills are refused.
    this.#connections.close();
    const closed = new Promise<void>((resolve) => this.#aedes.close(resolve));
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

  /** What time alone changes. */
  #sweep(): void {
    this.#inbox.tryAgain(this.#room);
    if (this.#room === 'ample') this.#presence.catchUp();
    this.#courier.catchUp();
    this.#intake.sweep();
    this.#connections.sweep();
  }
}

/** Without a listener an error of aedes' own would end the process; its types do not name the event. */
function onAnyError(emitter: EventEmitter, listener: (error: unknown) => void): void {
  emitter.on('error', listener);
}
