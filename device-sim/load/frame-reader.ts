/** Types of MQTT 3.1.1 control packets that a publisher meets. */
export const packetType = { connack: 2, puback: 4, pingresp: 13 } as const;

/** Cuts a stream of bytes into MQTT frames and tells each one's type and where its body begins; keeps what is not whole. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  read(chunk: Buffer, onFrame: (type: number, frame: Buffer, bodyAt: number) => void): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at + 2 <= bytes.length) {
      const { bodyAt, length } = remainingLength(bytes, at + 1);
      if (bodyAt < 0 || bodyAt + length > bytes.length) break;
      onFrame((bytes[at] ?? 0) >> 4, bytes, bodyAt);
      at = bodyAt + length;
    }
    this.#rest = at === bytes.length ? Buffer.alloc(0) : bytes.subarray(at);
  }
}

/** [MQTT-2.2.3]; `bodyAt` -1 while the length itself is not whole. */
function remainingLength(bytes: Buffer, from: number): { readonly bodyAt: number; readonly length: number } {
  let length = 0;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    length += (byte & 0x7f) << (7 * (at - from));
    if (byte < 0x80) return { bodyAt: at + 1, length };
  }
  return { bodyAt: -1, length: 0 };
}
