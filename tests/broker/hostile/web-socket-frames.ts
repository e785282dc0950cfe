import type { webSocketTricks } from '#tests/broker/hostile/attacks.ts';

type Trick = (typeof webSocketTricks)[number];

/** The handshake [RFC 6455 §4.1] that asks for MQTT. */
export const upgradeRequest = [
  'GET /mqtt HTTP/1.1',
  'Host: localhost',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Protocol: mqtt',
  '\r\n',
].join('\r\n');

const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9 } as const;
const mask = Buffer.of(0x11, 0x22, 0x33, 0x44);

/** A frame [RFC 6455 §5.2]; `length` is what it claims to hold. */
function webSocketFrame(
  first: number,
  payload: Buffer,
  { isMasked = true, length = payload.length }: { isMasked?: boolean; length?: number } = {},
): Buffer {
  const maskBit = isMasked ? 128 : 0;
  const short = length < 126 ? length : length < 65_536 ? 126 : 127;
  const rest = Buffer.alloc(short < 126 ? 0 : short === 126 ? 2 : 8);
  if (rest.length === 2) rest.writeUInt16BE(length);
  if (rest.length === 8) rest.writeBigUInt64BE(BigInt(length));
  const body = isMasked ? Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))) : payload;
  return Buffer.concat([Buffer.of(first, maskBit | short), rest, isMasked ? mask : Buffer.alloc(0), body]);
}

const fin = 128;
const binary = (payload: Buffer): Buffer => webSocketFrame(fin | opcode.binary, payload);

/** What goes over the wire for one write of MQTT. */
export function wrap(trick: Trick, payload: Buffer): Buffer {
  switch (trick) {
    case 'binary':
      return binary(payload);
    case 'fragmented': {
      const half = Math.floor(payload.length / 2);
      return Buffer.concat([
        webSocketFrame(opcode.binary, payload.subarray(0, half)),
        webSocketFrame(opcode.continuation, Buffer.alloc(0)),
        webSocketFrame(fin | opcode.continuation, payload.subarray(half)),
      ]);
    }
    case 'text':
      return webSocketFrame(fin | opcode.text, payload);
    case 'unmasked':
      return webSocketFrame(fin | opcode.binary, payload, { isMasked: false });
    case 'reserved-bits':
      return webSocketFrame(fin | 0x70 | opcode.binary, payload);
    case 'reserved-opcode':
      return webSocketFrame(fin | 0x0b, payload);
    case 'long-control':
      return Buffer.concat([binary(payload), webSocketFrame(fin | opcode.ping, Buffer.alloc(126))]);
    case 'huge-length':
      return Buffer.concat([
        binary(payload),
        webSocketFrame(fin | opcode.binary, payload, { length: 2 ** 40 }),
      ]);
    case 'ping-between':
      return Buffer.concat([webSocketFrame(fin | opcode.ping, Buffer.alloc(125)), binary(payload)]);
    case 'close-between':
      return Buffer.concat([
        binary(payload),
        webSocketFrame(fin | opcode.close, Buffer.of(3, 232)),
        binary(payload),
      ]);
  }
}
