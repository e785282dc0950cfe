import mqttPacket from 'mqtt-packet';
import type { Payload } from '#device-sim/load/payloads.ts';
import { wallClock } from '#model/clock.ts';

/**
 * Places in a payload that are another in each message, by what stands there at first: the time in some way of writing it, and
 * the message's number.
 */
const moving: readonly (readonly [
  placeholder: string,
  write: (nowMs: number, sequence: number) => string,
])[] = [
  ['2000-01-01T00:00:00.000Z', (nowMs) => new Date(nowMs).toISOString()],
  // Of devices in China that know no zone.
  ['2000-01-01T00:00:00', (nowMs) => new Date(nowMs + 8 * 3_600_000).toISOString().slice(0, 19)],
  ['1000000000.001', (nowMs) => (nowMs / 1_000).toFixed(3)],
  ['1000000000000', (nowMs) => String(nowMs)],
  ['7000000', (_, sequence) => String(7_000_000 + (sequence % 1_000_000))],
];

/** Where a placeholder stands that is not the beginning of a longer one. */
function placeOf(placeholder: string, text: string): number {
  let at = text.indexOf(placeholder);
  while (at >= 0 && text[at + placeholder.length] === '.') at = text.indexOf(placeholder, at + 1);
  return at;
}

/**
 * The PUBLISH of one device, QoS 1, encoded once: message id and values are written into it in place, so that the
 * generator costs little beside what it measures.
 */
export class PublishFrame {
  readonly #frame: Buffer;
  readonly #messageIdAt: number;
  readonly #digitsAt: readonly number[];
  readonly #moving: readonly (readonly [at: number, write: (nowMs: number, sequence: number) => string])[];
  #sequence = 0;

  constructor(topic: string, { text }: Payload) {
    this.#frame = mqttPacket.generate({
      cmd: 'publish',
      topic,
      payload: text,
      qos: 1,
      messageId: 1,
      dup: false,
      retain: false,
    });
    const payloadAt = this.#frame.length - Buffer.byteLength(text);
    this.#messageIdAt = payloadAt - 2;
    const digits = text.indexOf('0.00');
    this.#digitsAt = digits < 0 ? [] : [digits + 3, digits + 2, digits].map((at) => payloadAt + at);
    this.#moving = moving.flatMap(([placeholder, write]) => {
      const at = placeOf(placeholder, text);
      return at < 0 ? [] : [[payloadAt + Buffer.byteLength(text.slice(0, at)), write] as const];
    });
  }

  /** A copy, since a socket that is full keeps what it was given. */
  next(messageId: number): Buffer {
    this.#frame.writeUInt16BE(messageId, this.#messageIdAt);
    this.#count();
    return Buffer.from(this.#frame);
  }

  #count(): void {
    this.#sequence += 1;
    let rest = this.#sequence;
    for (const at of this.#digitsAt) {
      this.#frame[at] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    if (this.#moving.length === 0) return;
    const nowMs = wallClock.now();
    for (const [at, write] of this.#moving) this.#frame.write(write(nowMs, this.#sequence), at, 'latin1');
  }
}
