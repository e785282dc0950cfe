import { connect, type Socket } from 'node:net';
import mqttPacket, { type Packet } from 'mqtt-packet';

/** Where and as whom to connect. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  /** Default 60. */
  readonly keepAliveS?: number;
  /** What the platform is to say for us when the connection ends without DISCONNECT; QoS 1, not retained. */
  readonly will?: Message;
}

export interface Message {
  readonly topic: string;
  readonly payload: string | Buffer;
}

export interface ConnectionEvents {
  onAcknowledged(messageId: number): void;
  /** Once, however it ended. */
  onClosed(): void;
}

/** CONNACK said no; `returnCode` as in MQTT 3.1.1 §3.2.2.3 (4 and 5: who we say we are is not known, or not allowed). */
export class ConnectionRefused extends Error {
  readonly returnCode: number;
  constructor(returnCode: number) {
    super(`the platform refused the connection (CONNACK ${returnCode})`);
    this.name = 'ConnectionRefused';
    this.returnCode = returnCode;
  }
}

const connectWithinMs = 10_000;
const pingFrame = mqttPacket.generate({ cmd: 'pingreq' });
const disconnectFrame = mqttPacket.generate({ cmd: 'disconnect' });

/**
 * One MQTT 3.1.1 connection on a plain socket that publishes at QoS 1 and keeps itself alive. It repeats nothing and does
 * not come back by itself: `sender.ts` does. Plain, since MQTT.js sends again without DUP [MQTT-3.3.1-1], and since a device
 * that loses power must be able to go without a word.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  #pinging: NodeJS.Timeout | null = null;
  #isAwaitingPong = false;

  private constructor(socket: Socket, events: ConnectionEvents) {
    this.#socket = socket;
    this.#events = events;
  }

  /** Resolves after CONNACK. Rejects with ConnectionRefused, or with why nobody was reached. */
  static open(target: Target, events: ConnectionEvents): Promise<Connection> {
    const { clientId, host, keepAliveS = 60, password, port, username, will } = target;
    const socket = connect({ host, port, noDelay: true });
    const connection = new Connection(socket, events);
    const opened = Promise.withResolvers<Connection>();
    let isOpen = false;
    let reason: Error | null = null;
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    const fail = (error: Error): void => {
      reason ??= error;
      socket.destroy();
    };
    parser.on('packet', (packet) => {
      if (packet.cmd !== 'connack') connection.#take(packet);
      else if (packet.returnCode === 0) {
        isOpen = true;
        socket.setTimeout(0);
        connection.#keepAlive(keepAliveS);
        opened.resolve(connection);
      } else fail(new ConnectionRefused(packet.returnCode ?? 0));
    });
    parser.on('error', fail);
    socket.setTimeout(connectWithinMs, () => fail(new Error('no answer to CONNECT in time')));
    socket.on('error', fail);
    socket.on('data', (chunk) => parser.parse(chunk));
    socket.on('close', () => {
      if (connection.#pinging !== null) clearInterval(connection.#pinging);
      if (isOpen) events.onClosed();
      else opened.reject(reason ?? new Error('the connection was closed before CONNACK'));
    });
    socket.on('connect', () =>
      socket.write(
        mqttPacket.generate({
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clean: true,
          keepalive: keepAliveS,
          clientId,
          username,
          password: Buffer.from(password),
          ...(will && { will: { ...will, payload: Buffer.from(will.payload), qos: 1, retain: false } }),
        }),
      ),
    );
    return opened.promise;
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  publish({ payload, topic }: Message, messageId: number, dup: boolean): void {
    if (!this.isOpen) return;
    this.#socket.write(
      mqttPacket.generate({ cmd: 'publish', topic, payload, messageId, qos: 1, dup, retain: false }),
    );
  }

  /** DISCONNECT: the platform says no will. `onClosed` follows. */
  end(): void {
    this.#socket.end(disconnectFrame);
  }

  /** As a device without power does. */
  cut(): void {
    this.#socket.destroy();
  }

  #take(packet: Packet): void {
    if (packet.cmd === 'puback') this.#events.onAcknowledged(packet.messageId ?? 0);
    else if (packet.cmd === 'pingresp') this.#isAwaitingPong = false;
  }

  #keepAlive(keepAliveS: number): void {
    this.#pinging = setInterval(
      () => {
        if (this.#isAwaitingPong) this.cut();
        this.#isAwaitingPong = true;
        if (this.isOpen) this.#socket.write(pingFrame);
      },
      (keepAliveS * 1_000) / 2,
    ).unref();
  }
}
