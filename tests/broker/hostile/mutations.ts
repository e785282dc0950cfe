import { lengthBytes } from '#tests/broker/hostile/frames.ts';
import { fc } from '#tests/support/properties.ts';

/** Where something happens: a share of the frames, or of the bytes. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const lies = [0, 1, 2, 127, 128, 16_383, 16_384, 65_536, 65_537, 2_097_151, 4_194_304, 268_435_455] as const;

/** What becomes of frames on their way. `at` is the frame's place, `where` the byte's within it. */
export const mutation = fc.oneof(
  fc.record({
    kind: fc.constant('flip' as const),
    at: place,
    where: place,
    bit: fc.integer({ min: 0, max: 7 }),
  }),
  fc.record({ kind: fc.constant('cut-off' as const), at: place, where: place }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: place,
    where: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }),
  }),
  fc.record({ kind: fc.constant('repeat' as const), at: place, times: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('swap' as const), at: place }),
  fc.record({ kind: fc.constant('flags' as const), at: place, first: fc.integer({ min: 0, max: 255 }) }),
  fc.record({
    kind: fc.constant('longer-or-shorter' as const),
    at: place,
    by: fc.integer({ min: -5, max: 5 }),
  }),
  fc.record({ kind: fc.constant('length' as const), at: place, length: fc.constantFrom(...lies) }),
  // The right length in more bytes than it needs; five are one too many.
  fc.record({
    kind: fc.constant('padded-length' as const),
    at: place,
    bytes: fc.integer({ min: 2, max: 6 }),
  }),
);
export type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

interface Header {
  readonly length: number;
  readonly body: Buffer;
}

function headerOf(frame: Buffer): Header {
  let length = 0;
  let at = 1;
  for (; at < Math.min(frame.length, 5); at++) {
    const byte = frame.readUInt8(at);
    length += (byte & 127) * 128 ** (at - 1);
    if (byte < 128) break;
  }
  return { length, body: frame.subarray(at + 1) };
}

const withLength = (frame: Buffer, bytes: Buffer): Buffer =>
  Buffer.concat([frame.subarray(0, 1), bytes, headerOf(frame).body]);

function padded(length: number, count: number): Buffer {
  const bytes = [...lengthBytes(length)];
  const filled = Array.from(
    { length: Math.max(count, bytes.length) },
    (_, index) => (bytes[index] ?? 0) | 128,
  );
  return Buffer.from(filled.with(-1, (filled.at(-1) ?? 0) & 127));
}

/** The frames as they come out of it. */
export function mutate(frames: readonly Buffer[], change: Mutation): readonly Buffer[] {
  const index = Math.floor(change.at * frames.length);
  const frame = frames[index];
  if (frame === undefined || frame.length === 0) return frames;
  const put = (...instead: readonly Buffer[]): Buffer[] => frames.toSpliced(index, 1, ...instead);
  switch (change.kind) {
    case 'flip': {
      const flipped = Buffer.from(frame);
      const byte = Math.floor(change.where * frame.length);
      flipped.writeUInt8(flipped.readUInt8(byte) ^ (1 << change.bit), byte);
      return put(flipped);
    }
    case 'cut-off':
      return put(frame.subarray(0, Math.floor(change.where * frame.length)));
    case 'insert': {
      const byte = Math.floor(change.where * frame.length);
      return put(Buffer.concat([frame.subarray(0, byte), change.bytes, frame.subarray(byte)]));
    }
    case 'repeat':
      return frame.length > 2_000 ? frames : put(frame, ...Array.from({ length: change.times }, () => frame));
    case 'swap':
      return frames.toSpliced(index, 1).toSpliced(Math.max(0, index - 1), 0, frame);
    case 'flags':
      return put(Buffer.concat([Buffer.of(change.first), frame.subarray(1)]));
    case 'longer-or-shorter':
      return put(withLength(frame, lengthBytes(Math.max(0, headerOf(frame).length + change.by))));
    case 'length':
      return put(withLength(frame, lengthBytes(change.length)));
    case 'padded-length':
      return put(withLength(frame, padded(headerOf(frame).length, change.bytes)));
  }
}
