/** MQTT control packet types that clients send [MQTT-2.2.1]. */
export const packetType = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const;

/** The fixed header of a control packet. */
export interface FrameHead {
  /** 0–15. */
  readonly type: number;
  readonly flags: number;
  /** Bytes that follow the fixed header. */
  readonly length: number;
}

/** A control packet as far as the guards look into it. */
export interface Frame extends FrameHead {
  /** Of a PUBLISH: topic and message id; of a CONNECT, SUBSCRIBE, UNSUBSCRIBE: all of it; of others the message id. */
  readonly body: Buffer;
}

export const qosOf = (head: FrameHead): number => (head.flags >> 1) & 3;

export interface FrameListener<Refusal> {
  /** A packet of this type begins at this offset of the chunk; false: it is looked at later. */
  atStart(offset: number, type: number): boolean;
  /** Told as soon as the fixed header is there, before anything of the packet is kept. */
  atHead(head: FrameHead): Refusal | null;
  atBody(frame: Frame): Refusal | null;
  /** The packet has ended. */
  atEnd(): void;
}

const malformedLength = 'malformed-length';
const mostLengthBytes = 4;
const nothing = Buffer.alloc(0);

/**
 * Follows the frames in what a connection reads. It looks at the chunks in place; only a body that came in pieces is
 * put together, and only as much of it as the guards look at.
 */
export class FrameReader<Refusal> {
  readonly #listener: FrameListener<Refusal>;
  #state: 'type' | 'length' | 'body' | 'rest' = 'type';
  #first = 0;
  #length = 0;
  #lengthBytes = 0;
  #pieces: Buffer[] = [];
  #collected = 0;
  #rest = 0;
  #looked = 0;

  constructor(listener: FrameListener<Refusal>) {
    this.#listener = listener;
  }

  /** Bytes of the last chunk that were looked at: all, unless the listener stopped before a packet. */
  get looked(): number {
    return this.#looked;
  }

  /** A packet has begun and not ended. */
  get isAmid(): boolean {
    return this.#state !== 'type';
  }

  /** The first refusal in the chunk, after which it must not be used any more; null when all is well. */
  push(chunk: Buffer): Refusal | typeof malformedLength | null {
    let at = 0;
    this.#looked = chunk.length;
    while (at < chunk.length) {
      switch (this.#state) {
        case 'type':
          this.#first = chunk.readUInt8(at);
          if (!this.#listener.atStart(at, this.#first >> 4)) {
            this.#looked = at;
            return null;
          }
          at++;
          this.#length = 0;
          this.#lengthBytes = 0;
          this.#state = 'length';
          break;
        case 'length': {
          const refusal = this.#takeLength(chunk.readUInt8(at++));
          if (refusal !== null) return refusal;
          break;
        }
        case 'body': {
          const taken = this.#takeBody(chunk.subarray(at));
          if (taken.refusal !== null) return taken.refusal;
          at += taken.bytes;
          break;
        }
        case 'rest': {
          const skipped = Math.min(this.#rest, chunk.length - at);
          at += skipped;
          this.#rest -= skipped;
          if (this.#rest === 0) this.#end();
          break;
        }
      }
    }
    return null;
  }

  get #head(): FrameHead {
    return { type: this.#first >> 4, flags: this.#first & 15, length: this.#length };
  }

  #takeLength(byte: number): Refusal | typeof malformedLength | null {
    this.#length += (byte & 127) * 128 ** this.#lengthBytes++;
    if (byte & 128) return this.#lengthBytes === mostLengthBytes ? malformedLength : null;
    const refusal = this.#listener.atHead(this.#head);
    if (refusal !== null) return refusal;
    if (this.#length > 0) this.#state = 'body';
    else return this.#finish(nothing);
    return null;
  }

  #takeBody(visible: Buffer): { readonly refusal: Refusal | null; readonly bytes: number } {
    const inFrame = visible.subarray(0, this.#length - this.#collected);
    const whole = this.#collected === 0 ? inFrame : null;
    const sofar = whole ?? this.#joinedStart(inFrame);
    const needed = bodyBytes(this.#head, sofar);
    if (needed === null || this.#collected + inFrame.length < needed) {
      this.#pieces.push(inFrame);
      this.#collected += inFrame.length;
      return { refusal: null, bytes: inFrame.length };
    }
    const bytes = needed - this.#collected;
    const body = (whole ?? Buffer.concat([...this.#pieces, inFrame])).subarray(0, needed);
    return { refusal: this.#finish(body), bytes };
  }

  /** The first two bytes, wherever they came: they hold the length of a topic. */
  #joinedStart(next: Buffer): Buffer {
    return this.#collected >= 2
      ? Buffer.concat(this.#pieces.slice(0, 2))
      : Buffer.concat([...this.#pieces, next]);
  }

  #finish(body: Buffer): Refusal | null {
    this.#pieces = [];
    this.#collected = 0;
    this.#rest = this.#length - body.length;
    const refusal = this.#listener.atBody({ ...this.#head, body });
    if (this.#rest === 0) this.#end();
    else this.#state = 'rest';
    return refusal;
  }

  #end(): void {
    this.#state = 'type';
    this.#listener.atEnd();
  }
}

/** How much of a packet the guards look at; null while too little of it is there to say. */
function bodyBytes(head: FrameHead, start: Buffer): number | null {
  switch (head.type) {
    case packetType.connect:
    case packetType.subscribe:
    case packetType.unsubscribe:
      return head.length;
    case packetType.publish:
      if (head.length < 2) return head.length;
      if (start.length < 2) return null;
      return Math.min(head.length, 2 + start.readUInt16BE(0) + (qosOf(head) > 0 ? 2 : 0));
    default:
      return Math.min(head.length, 2);
  }
}
