import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { FrameReader } from '#broker/guards/frame-reader.ts';
import { FrameQueue, startAt } from '#broker/intake/frame-queue.ts';

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
function arrive(queue: FrameQueue, bytes: Buffer, cuts: readonly number[]): void {
  let starts: number[] = [];
  const reader = new FrameReader<never>({
    atStart: (offset, type) => starts.push(startAt(offset, type)) > 0,
    atHead: () => null,
    atBody: () => null,
  });
  let from = 0;
  for (const cut of [...cuts, bytes.length].toSorted((a, b) => a - b)) {
    const chunk = bytes.subarray(from, Math.min(cut, bytes.length));
    if (chunk.length === 0) continue;
    from += chunk.length;
    reader.push(chunk);
    queue.push({ bytes: chunk, starts });
    starts = [];
  }
}

const stream = fc.record({
  packets: fc.array(packet, { minLength: 1, maxLength: 30 }),
  cuts: fc.array(fc.nat(1_500), { maxLength: 12 }),
});

describe('the queue of frames', () => {
  it('hands on all bytes in order, cut only before a packet that had to wait, whatever waits and however they came', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.boolean(), { maxLength: 60 }), ({ cuts, packets }, answers) => {
        const frames = packets.map((one) => generate(one));
        const bytes = Buffer.concat(frames);
        const queue = new FrameQueue();
        arrive(queue, bytes, cuts);
        let asked = 0;
        let allowed = 0;
        let taken = Buffer.alloc(0);
        const mayPass = () => {
          const may = answers[asked++ % Math.max(answers.length, 1)] ?? true;
          if (may || asked > 200) allowed++;
          return may || asked > 200;
        };
        for (let reads = 0; queue.bytes > 0 && reads < 1_000; reads++) {
          const part = queue.take(mayPass);
          if (part !== null) taken = Buffer.concat([taken, part]);
          // Never more than what was let through.
          const limit = Buffer.concat(frames.slice(0, allowed)).length;
          expect(taken.length).toBeLessThanOrEqual(limit);
        }
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
        arrive(queue, Buffer.concat(frames), cuts);
        const pings = queue.takePings();
        expect(queue.takePings()).toBe(0);
        let taken = Buffer.alloc(0);
        while (queue.bytes > 0) taken = Buffer.concat([taken, queue.take(() => true) ?? Buffer.alloc(0)]);
        const isPing = (frame: Buffer) => frame.readUInt8(0) === 0xc0;
        const left = frames.filter((frame) => !isPing(frame));
        const pingsLeft = frames.length - left.length - pings;
        // A ping that came in two pieces stays.
        expect(pingsLeft).toBeLessThanOrEqual(cuts.length);
        expect(taken.length).toBe(Buffer.concat(left).length + 2 * pingsLeft);
        if (pingsLeft === 0) expect(taken.equals(Buffer.concat(left))).toBe(true);
      }),
    );
  });
});
