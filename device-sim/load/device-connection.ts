import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import mqttPacket from 'mqtt-packet';
import { FlightLog, type FlightTimes } from '#device-sim/load/flight-log.ts';
import { FrameReader, packetType } from '#device-sim/load/frame-reader.ts';
import type { Payload } from '#device-sim/load/payloads.ts';
import type { PublishFrame } from '#device-sim/load/publish-frame.ts';
import { stopwatch } from '#model/clock.ts';

export interface Account {
  readonly id: string;
  readonly token: string;
  readonly topic: string;
  /** Where the device is: the place of a task says whose smoke it follows from. */
  readonly place: string;
  /** What it says; absent: what all of its fleet say. */
  readonly payload?: Payload;
}

export interface ConnectionEvents {
  /** A PUBACK came at `nowMs`; `times` are good until this returns. */
  onAcknowledged(connection: DeviceConnection, times: Readonly<FlightTimes>, nowMs: number): void;
  onClosed(connection: DeviceConnection): void;
}

/** Where a broker listens. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** Quiet so far; a fleet puts in what its phase wants to know. */
export const nobody: ConnectionEvents = { onAcknowledged: () => undefined, onClosed: () => undefined };

const ping = mqttPacket.generate({ cmd: 'pingreq' });
const disconnect = mqttPacket.generate({ cmd: 'disconnect' });

/**
 * One device on a plain socket: connects, publishes at QoS 1, counts what was acknowledged. Repeats nothing by itself. Beside
 * `mqtt/connection.ts`, since that one builds and parses every packet by itself: of thousands in one process the load's own cost would be measured.
 */
export class DeviceConnection {
  readonly account: Account;
  events: ConnectionEvents = nobody;
  sent = 0;
  acknowledged = 0;
  pings = 0;
  pongs = 0;
  readonly #frame: PublishFrame;
  readonly #flights = new FlightLog();
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
  async connect(
    to: BrokerAddress & { readonly keepAliveS: number; readonly localAddress?: string },
  ): Promise<void> {
    const socket = connect({ noDelay: true, ...to });
    socket.on('error', () => undefined);
    const reader = new FrameReader();
    const accepted = new Promise<void>((resolve, reject) => {
      socket.once('close', () => reject(new Error(`${this.account.id}: closed before CONNACK`)));
      socket.on('data', (chunk) => {
        const nowMs = stopwatch();
        // Answers to a chunk of acknowledgements leave as one write.
        socket.cork();
        reader.read(chunk, (type, bytes, bodyAt) => {
          if (type === packetType.puback) this.#acknowledge(bytes.readUInt16BE(bodyAt), nowMs);
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

  /** Sends the next message now; its acknowledgement tells these times. */
  publish(dueMs: number, sentMs: number): void {
    const frame = this.#next();
    this.#flights.put(this.#messageId, dueMs, sentMs);
    this.#socket?.write(frame);
  }

  /** Sends several as one write, without times; false when the socket is full (`onceWritable`). */
  publishMany(count: number): boolean {
    const frames = Array.from({ length: count }, () => this.#next());
    return this.#socket?.write(Buffer.concat(frames)) ?? false;
  }

  onceWritable(listener: () => void): void {
    this.#socket?.once('drain', listener);
  }

  /** What is written until `uncork` leaves as one write. */
  cork(): void {
    this.#socket?.cork();
  }

  uncork(): void {
    this.#socket?.uncork();
  }

  ping(): void {
    if (this.#socket === null) return;
    this.pings += 1;
    this.#socket.write(ping);
  }

  /** Says goodbye: what the platform then knows is that it went, not that it was lost. */
  leave(): void {
    this.#socket?.end(disconnect);
  }

  /** Cuts the line, without DISCONNECT. */
  destroy(): void {
    this.#socket?.destroy();
  }

  #next(): Buffer {
    this.#messageId = (this.#messageId % 0xffff) + 1;
    this.#inFlight += 1;
    this.sent += 1;
    return this.#frame.next(this.#messageId);
  }

  #acknowledge(messageId: number, nowMs: number): void {
    this.#inFlight -= 1;
    this.acknowledged += 1;
    this.events.onAcknowledged(this, this.#flights.take(messageId), nowMs);
  }

  #closed(): void {
    this.#socket = null;
    this.#flights.clear();
    this.#inFlight = 0;
    this.events.onClosed(this);
  }
}
