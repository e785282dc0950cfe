import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import mqttPacket from 'mqtt-packet';
import { FrameReader, packetType } from './frame-reader.ts';
import type { PublishFrame } from './publish-frame.ts';

export interface Account {
  readonly id: string;
  readonly token: string;
  readonly topic: string;
}

export interface ConnectionEvents {
  /** A PUBACK came; `dueMs` (stopwatch) of a message whose latency counts, else null. */
  onAcknowledged(connection: DeviceConnection, dueMs: number | null): void;
  onClosed(connection: DeviceConnection): void;
}

/** Quiet so far; a fleet puts in what its phase wants to know. */
export const nobody: ConnectionEvents = { onAcknowledged: () => undefined, onClosed: () => undefined };

const ping = mqttPacket.generate({ cmd: 'pingreq' });

/** One device on a plain socket: connects, publishes at QoS 1, counts what was acknowledged. Repeats nothing by itself. */
export class DeviceConnection {
  readonly account: Account;
  events: ConnectionEvents = nobody;
  sent = 0;
  acknowledged = 0;
  pings = 0;
  pongs = 0;
  readonly #frame: PublishFrame;
  /** By message id: when the message was due. */
  readonly #due = new Map<number, number>();
  #socket: Socket | null = null;
  #messageId = 0;
  #inFlight = 0;

  constructor(account: Account, frame: PublishFrame) {
    this.account = account;
    this.#frame = frame;
  }

  get isOpen(): boolean {
    return this.#socket !== null;
  }

  /** Sent on this connection and not acknowledged. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** After CONNACK; rejects when it is refused or the connection ends before. */
  async connect(to: {
    readonly port: number;
    readonly keepAliveS: number;
    readonly localAddress?: string;
  }): Promise<void> {
    const socket = connect({ host: '127.0.0.1', noDelay: true, ...to });
    socket.on('error', () => undefined);
    const reader = new FrameReader();
    const accepted = new Promise<void>((resolve, reject) => {
      socket.once('close', () => reject(new Error(`${this.account.id}: closed before CONNACK`)));
      socket.on('data', (chunk) => {
        // Answers to a chunk of acknowledgements leave as one write.
        socket.cork();
        reader.read(chunk, (type, bytes, bodyAt) => {
          if (type === packetType.puback) this.#acknowledge(bytes.readUInt16BE(bodyAt));
          else if (type === packetType.pingresp) this.pongs += 1;
          else if (type === packetType.connack) {
            if (bytes[bodyAt + 1] === 0) resolve();
            else reject(new Error(`${this.account.id}: CONNACK ${bytes[bodyAt + 1]}`));
          }
        });
        socket.uncork();
      });
    });
    accepted.catch(() => socket.destroy());
    await Promise.race([once(socket, 'connect'), accepted]);
    socket.write(
      mqttPacket.generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        keepalive: to.keepAliveS,
        clientId: this.account.id,
        username: this.account.id,
        password: Buffer.from(this.account.token),
      }),
    );
    await accepted;
    this.#socket = socket;
    socket.once('close', () => this.#closed());
  }

  /** Sends the next message now. `dueMs`: its latency counts from there; null: it does not count. */
  publish(dueMs: number | null): void {
    this.#socket?.write(this.#next(dueMs));
  }

  /** Sends several as one write; false when the socket is full (`onceWritable`). */
  publishMany(count: number): boolean {
    const frames = Array.from({ length: count }, () => this.#next(null));
    return this.#socket?.write(Buffer.concat(frames)) ?? false;
  }

  onceWritable(listener: () => void): void {
    this.#socket?.once('drain', listener);
  }

  ping(): void {
    if (this.#socket === null) return;
    this.pings += 1;
    this.#socket.write(ping);
  }

  /** Cuts the line, without DISCONNECT. */
  destroy(): void {
    this.#socket?.destroy();
  }

  #next(dueMs: number | null): Buffer {
    this.#messageId = (this.#messageId % 0xffff) + 1;
    if (dueMs !== null) this.#due.set(this.#messageId, dueMs);
    this.#inFlight += 1;
    this.sent += 1;
    return this.#frame.next(this.#messageId);
  }

  #acknowledge(messageId: number): void {
    const dueMs = this.#due.get(messageId) ?? null;
    if (dueMs !== null) this.#due.delete(messageId);
    this.#inFlight -= 1;
    this.acknowledged += 1;
    this.events.onAcknowledged(this, dueMs);
  }

  #closed(): void {
    this.#socket = null;
    this.#due.clear();
    this.#inFlight = 0;
    this.events.onClosed(this);
  }
}
