import { generate, type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { FrameReader } from '#broker/guards/frame-reader.ts';
import { FrameQueue, largePublish } from '#broker/intake/frame-queue.ts';
import { collectGarbage } from '#tests/support/collect-garbage.ts';
import { fc } from '#tests/support/properties.ts';

const packet: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    cmd: fc.constant('publish' as const),
    topic: fc.constantFrom('a', 'a/b/c'),
    payload: fc.string({ maxLength: 40 }),
    qos: fc.constant(1 as const),
    messageId: fc.integer({ min: 1, max: 65_535 }),
    dup: fc.boolean(),
    retain: fc.boolean(),
  }),
  fc.constant({ cmd: 'pingreq' as const }),
  fc.constant({ cmd: 'puback' as const, messageId: 3 }),
);

/** The bytes of the packets in chunks that end anywhere, looked at by a frame reader as a connection's are. */
function* arrivals(queue: FrameQueue, bytes: Buffer, cuts: readonly number[]): Generator<void> {
  const reader = new FrameReader<never>({
    atStart: (offset, type) => {
      queue.begins(offset, type);
      return true;
    },
    atHead: () => null,
    atBody: () => null,
    atEnd: () => {},
  });
  let from = 0;
  for (const cut of [...cuts, bytes.length].toSorted((a, b) => a - b)) {
    const chunk = bytes.subarray(from, Math.min(cut, bytes.length));
    if (chunk.length === 0) continue;
    from += chunk.length;
    reader.push(chunk);
    queue.push(chunk, reader.isAmid);
    yield;
  }
}
const whole = (frames: readonly Buffer[], bytes: number): boolean => {
  let sum = 0;
  for (const frame of frames) {
    if (sum >= bytes) break;
    sum += frame.length;
  }
  return sum === bytes;
};

const stream = fc.record({
  packets: fc.array(packet, { minLength: 1, maxLength: 30 }),
  cuts: fc.array(fc.nat(1_500), { maxLength: 12 }),
});

describe('the queue of frames', () => {
  it('hands on whole packets in order, those that may pass, whatever waits and however they came', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.boolean(), { maxLength: 60 }), ({ cuts, packets }, answers) => {
        const frames = packets.map((one) => generate(one));
        const bytes = Buffer.concat(frames);
        const queue = new FrameQueue();
        let asked = 0;
        let allowed = 0;
        let taken = Buffer.alloc(0);
        const mayPass = () => {
          const may = asked++ > 200 || (answers[asked % Math.max(answers.length, 1)] ?? true);
          if (may) allowed++;
          return may;
        };
        const read = () => {
          const part = queue.take(mayPass);
          if (part !== null) taken = Buffer.concat([taken, part]);
          expect(whole(frames, taken.length)).toBe(true);
          // Never more than what was let through.
          expect(taken.length).toBe(Buffer.concat(frames.slice(0, allowed)).length);
        };
        for (const _ of arrivals(queue, bytes, cuts)) read();
        for (let reads = 0; queue.bytes > 0 && reads < 1_000; reads++) read();
        expect(taken.equals(bytes)).toBe(true);
        expect(queue.bytes).toBe(0);
      }),
    );
  });

  it('gives its pings away once, and hands on all the rest', () => {
    fc.assert(
      fc.property(stream, ({ cuts, packets }) => {
        const frames = packets.map((one) => generate(one));
        const queue = new FrameQueue();
        for (const _ of arrivals(queue, Buffer.concat(frames), cuts));
        const pings = queue.takePings();
        expect(queue.takePings()).toBe(0);
        let taken = Buffer.alloc(0);
        while (queue.bytes > 0) taken = Buffer.concat([taken, queue.take(() => true) ?? Buffer.alloc(0)]);
        const isPing = (frame: Buffer) => frame.readUInt8(0) === 0xc0;
        const left = frames.filter((frame) => !isPing(frame));
        expect(pings).toBe(frames.length - left.length);
        expect(taken.equals(Buffer.concat(left))).toBe(true);
      }),
    );
  });

  it('hands on a large message in pieces, and what is behind it whole', () => {
    const queue = new FrameQueue();
    const asked: number[] = [];
    const take = () =>
      queue.take((code) => {
        asked.push(code);
        return true;
      })?.length;
    queue.begins(0, 3);
    queue.isLarge();
    queue.push(Buffer.alloc(100), true);
    expect([take(), asked]).toEqual([100, [largePublish]]);
    queue.begins(50, 3);
    queue.push(Buffer.alloc(60), true);
    expect([take(), take(), asked]).toEqual([50, undefined, [largePublish]]);
    queue.push(Buffer.alloc(5), false);
    expect([take(), asked]).toEqual([15, [largePublish, 3]]);
  });

  it('keeps nothing of what passed, of a client whose chunks always end amid a packet, too', () => {
    const heap = () => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const queue = new FrameQueue();
    const half = Buffer.alloc(50);
    queue.begins(0, 3);
    queue.push(half, true);
    const before = heap();
    for (let packets = 0; packets < 500_000; packets++) {
      queue.begins(half.length, 3);
      queue.push(half, true);
      queue.push(half, true);
      queue.take(() => true);
    }
    expect(heap() - before).toBeLessThan(2 ** 20);
    expect(queue.bytes).toBe(half.length);
  });
});
