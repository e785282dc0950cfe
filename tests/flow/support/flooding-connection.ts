import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';

/** How a connection floods: one message after the other's acknowledgement, or never waiting, at each QoS. */
export const floodManners = ['one by one', 'QoS 1', 'QoS 0', 'QoS 2'] as const;
export type FloodManner = (typeof floodManners)[number];

export interface FloodTarget {
  readonly port: number;
  readonly community: string;
  /** Device `name-N` has the token `token-of-name-N`. */
  readonly device: string;
}

/** Messages that may be without an acknowledgement; more would only fill the system's buffers. */
const mostOpen = 2_000;
/** Of those that flood at QoS 0 each so-manieth asks for an acknowledgement, for the same reason. */
const fence = 50;
const atOnce = 40;
const packetType = { connack: 2, puback: 4, pubrec: 5, pubcomp: 7 } as const;
/** All that the broker says to one who only publishes has four bytes. */
const answerBytes = 4;
const againAfterMs = 200;
/** 2026-06-01. */
const firstMs = 1_780_272_000_000;

/** Publishes numbers as fast as it may and remembers which were acknowledged; comes again when it is cut off. */
export class FloodingConnection {
  /** The numbers that were acknowledged, from 1. */
  readonly acknowledged: number[] = [];
  sent = 0;
  /** How often it was cut off, or not let in. */
  cutOff = 0;
  readonly #target: FloodTarget;
  readonly #manner: FloodManner;
  readonly #topic: Buffer;
  /** By message id. */
  #open = new Map<number, number>();
  #lastId = 0;
  #socket: Socket | null = null;
  #rest: Buffer = Buffer.alloc(0);
  #isIn = false;
  #isStopped = false;

  constructor(target: FloodTarget, manner: FloodManner) {
    this.#target = target;
    this.#manner = manner;
    this.#topic = Buffer.from(`gridbell/${target.community}/${target.device}/telemetry`);
  }

  get isIn(): boolean {
    return this.#isIn;
  }

  /** Connects; floods when `isFlooding` says so (`go`). */
  start(localAddress: string): void {
    if (this.#isStopped) return;
    this.#open = new Map();
    this.#rest = Buffer.alloc(0);
    const socket = connect({ port: this.#target.port, host: '127.0.0.1', localAddress, noDelay: true });
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('connect', () => socket.write(this.#connectPacket()));
    socket.on('data', (chunk) => this.#hear(chunk));
    socket.on('drain', () => this.go());
    socket.on('close', () => {
      this.#isIn = false;
      if (this.#isStopped) return;
      this.cutOff++;
      setTimeout(() => this.start(localAddress), againAfterMs);
    });
  }

  /** Sends as much as it may now. */
  go(): void {
    const socket = this.#socket;
    if (!socket || !this.#isIn || this.#isStopped) return;
    const most = this.#manner === 'one by one' ? 1 : this.#manner === 'QoS 0' ? mostOpen / fence : mostOpen;
    let isTaken = true;
    while (isTaken && this.#open.size < most) {
      const frames: Buffer[] = [];
      while (frames.length < atOnce && this.#open.size < most) frames.push(this.#next());
      isTaken = socket.write(frames.length === 1 ? (frames[0] ?? '') : Buffer.concat(frames));
    }
  }

  /** Sends no more; acknowledgements are still heard. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Resets the connection: what the broker has not read is gone, instead of being read for minutes. */
  close(): void {
    this.#socket?.resetAndDestroy();
  }

  #connectPacket(): Buffer {
    const { device } = this.#target;
    return generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId: device,
      keepalive: 60,
      username: device,
      password: Buffer.from(`token-of-${device}`),
    });
  }

  #next(): Buffer {
    const number = ++this.sent;
    const payload = Buffer.from(`{"ts":${firstMs + number},"values":{"seq":${number}}}`);
    const qos = this.#qosOf(number);
    const id = qos === 0 ? [] : this.#nextId(number);
    const length = 2 + this.#topic.length + id.length + payload.length;
    const head = length < 128 ? [length] : [(length & 127) | 128, length >> 7];
    return Buffer.concat([
      Buffer.of(0x30 | (qos << 1), ...head, this.#topic.length >> 8, this.#topic.length & 255),
      this.#topic,
      Buffer.from(id),
      payload,
    ]);
  }

  #qosOf(number: number): 0 | 1 | 2 {
    if (this.#manner === 'QoS 0') return number % fence === 0 ? 1 : 0;
    return this.#manner === 'QoS 2' ? 2 : 1;
  }

  #nextId(number: number): readonly number[] {
    do this.#lastId = (this.#lastId % 65_535) + 1;
    while (this.#open.has(this.#lastId));
    this.#open.set(this.#lastId, number);
    return [this.#lastId >> 8, this.#lastId & 255];
  }

  #hear(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    for (; at + answerBytes <= bytes.length; at += answerBytes) {
      const id = bytes.readUInt16BE(at + 2);
      switch (bytes.readUInt8(at) >> 4) {
        case packetType.connack:
          this.#isIn = id === 0;
          break;
        case packetType.puback:
          this.#acknowledge(id);
          this.#open.delete(id);
          break;
        case packetType.pubrec:
          this.#acknowledge(id);
          this.#socket?.write(Buffer.of(0x62, 2, id >> 8, id & 255));
          break;
        case packetType.pubcomp:
          this.#open.delete(id);
          break;
      }
    }
    this.#rest = bytes.subarray(at);
    this.go();
  }

  #acknowledge(id: number): void {
    const number = this.#open.get(id);
    if (number !== undefined) this.acknowledged.push(number);
  }
}
