import { type Frame, packetType, qosOf } from '#broker/guards/frame-reader.ts';

/** What the guards look at in a packet. */
export interface FrameFields {
  /** Where the packet has one. */
  readonly messageId: number | null;
  /** Its UTF-8 strings as they came; of a PUBLISH just the topic. */
  readonly texts: readonly Buffer[];
  /** Of a CONNECT its flags. */
  readonly connectFlags?: number;
}

/** Bits of the flags of a CONNECT [MQTT-3.1.2]. */
export const connectFlag = {
  reserved: 1,
  will: 4,
  willQos: 24,
  willRetain: 32,
  password: 64,
  userName: 128,
} as const;
/** The highest bit of the protocol level says that a bridge speaks (Mosquitto's and aedes' convention). */
const levelMask = 0x7f;
const mqtt311 = 4;

/** Reads length-prefixed fields; once something does not fit, `isWhole` is false and stays so. */
class Cursor {
  readonly #body: Buffer;
  #at = 0;
  isWhole = true;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#body.length;
  }
  byte(): number {
    return this.#take(1)[0] ?? 0;
  }
  word(): number {
    const bytes = this.#take(2);
    return bytes.length === 2 ? bytes.readUInt16BE(0) : 0;
  }
  field(): Buffer {
    return this.#take(this.word());
  }

  #take(length: number): Buffer {
    const taken = this.#body.subarray(this.#at, this.#at + length);
    if (taken.length < length) this.isWhole = false;
    this.#at += length;
    return taken;
  }
}

/** The fields of a packet; null when they do not fit into it. */
export function fieldsOf(frame: Frame): FrameFields | null {
  const cursor = new Cursor(frame.body);
  const fields = read(frame, cursor);
  return cursor.isWhole ? fields : null;
}

function read(frame: Frame, cursor: Cursor): FrameFields {
  switch (frame.type) {
    case packetType.connect:
      return readConnect(cursor);
    case packetType.publish: {
      const topic = cursor.field();
      return { messageId: qosOf(frame) > 0 ? cursor.word() : null, texts: [topic] };
    }
    case packetType.subscribe:
    case packetType.unsubscribe: {
      const messageId = cursor.word();
      const texts: Buffer[] = [];
      while (!cursor.isAtEnd) {
        texts.push(cursor.field());
        if (frame.type === packetType.subscribe) cursor.byte();
      }
      return { messageId, texts };
    }
    case packetType.pingreq:
    case packetType.disconnect:
      if (frame.length > 0) cursor.isWhole = false;
      return { messageId: null, texts: [] };
    default:
      return { messageId: cursor.word(), texts: [] };
  }
}

function readConnect(cursor: Cursor): FrameFields {
  const protocol = cursor.field();
  // Another version has another shape; it is refused by its number.
  if ((cursor.byte() & levelMask) !== mqtt311) return { messageId: null, texts: [protocol] };
  const flags = cursor.byte();
  cursor.word(); // keep-alive
  const texts = [protocol, cursor.field()];
  if (flags & connectFlag.will) {
    texts.push(cursor.field());
    cursor.field();
  }
  if (flags & connectFlag.userName) texts.push(cursor.field());
  if (flags & connectFlag.password) cursor.field();
  return { messageId: null, texts, connectFlags: flags };
}
