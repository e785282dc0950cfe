import mqttPacket from 'mqtt-packet';
import type { Payload } from '#device-sim/load/payloads.ts';

/**
 * The PUBLISH of one device, QoS 1, encoded once: message id and values are written into it in place, so that the
 * generator costs little beside what it measures.
 */
export class PublishFrame {
  readonly #frame: Buffer;
  readonly #messageIdAt: number;
  readonly #digitsAt: readonly number[];
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
  }
}
