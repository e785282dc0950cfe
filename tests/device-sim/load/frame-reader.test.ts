import mqttPacket from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { FrameReader, packetType } from '#device-sim/load/frame-reader.ts';
import { fc } from '#tests/support/properties.ts';

describe('a frame reader', () => {
  it('finds the same acknowledgements however the stream is cut', () => {
    const ids = fc.array(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(ids, fc.array(fc.nat(200), { maxLength: 20 }), (messageIds, cuts) => {
        const stream = Buffer.concat([
          mqttPacket.generate({ cmd: 'pingresp' }),
          // A frame with a length of two bytes between them.
          mqttPacket.generate({
            cmd: 'publish',
            topic: 't',
            payload: 'x'.repeat(300),
            qos: 0,
            dup: false,
            retain: false,
          }),
          ...messageIds.map((messageId) => mqttPacket.generate({ cmd: 'puback', messageId })),
        ]);
        const reader = new FrameReader();
        const read: number[] = [];
        const borders = [...new Set([0, ...cuts, stream.length].filter((at) => at <= stream.length))].sort(
          (a, b) => a - b,
        );
        for (const [index, from] of borders.entries())
          reader.read(stream.subarray(from, borders[index + 1] ?? from), (type, bytes, bodyAt) => {
            if (type === packetType.puback) read.push(bytes.readUInt16BE(bodyAt));
          });
        expect(read).toEqual(messageIds);
      }),
    );
  });
});
