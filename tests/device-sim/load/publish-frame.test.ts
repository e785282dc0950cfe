import mqttPacket, { type IPublishPacket } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { type PayloadName, payloadNames, payloads } from '#device-sim/load/payloads.ts';
import { PublishFrame } from '#device-sim/load/publish-frame.ts';

/** What another implementation reads in a frame. */
function parsed(frame: Buffer): IPublishPacket {
  const packets: IPublishPacket[] = [];
  const parser = mqttPacket.parser({ protocolVersion: 4 });
  parser.on('packet', (packet) => packets.push(packet as IPublishPacket));
  parser.parse(frame);
  const [only, ...others] = packets;
  if (!only || others.length > 0) throw new Error(`${packets.length} packets`);
  return only;
}

const bodyOf = (packet: IPublishPacket): Record<string, unknown> =>
  JSON.parse(packet.payload.toString()) as Record<string, unknown>;

describe('a publish frame', () => {
  it.each(payloadNames)(
    'says %s as MQTT at QoS 1, with as many readings as it promises',
    (name: PayloadName) => {
      const packet = parsed(new PublishFrame('gridbell/c/d/telemetry', payloads[name]).next(4_711));
      expect(packet).toMatchObject({
        cmd: 'publish',
        qos: 1,
        topic: 'gridbell/c/d/telemetry',
        messageId: 4_711,
      });
      expect(Object.keys(bodyOf(packet))).toHaveLength(payloads[name].readings);
    },
  );

  it('says another temperature each time, and what was said stays as it was', () => {
    const frame = new PublishFrame('t', payloads.small);
    const frames = Array.from({ length: 1_000 }, (_, index) => frame.next(index + 1));
    const temperatures = frames.map((each) => bodyOf(parsed(each))['temperature']);
    expect(new Set(temperatures).size).toBe(1_000);
  });

  it('says the time of each message, as its payload writes times, and its number', () => {
    const text =
      '{"iso":"2000-01-01T00:00:00.000Z","s":1000000000.001,"ms":1000000000000,"n":7000000,"门":"2000-01-01T00:00:00"}';
    const before = Date.now();
    const frame = new PublishFrame('t', { text, readings: 0 });
    frame.next(1);
    const body = bodyOf(parsed(frame.next(2)));
    for (const ms of [Date.parse(String(body['iso'])), Number(body['s']) * 1_000, Number(body['ms'])]) {
      expect(ms).toBeGreaterThanOrEqual(before - 1);
      expect(ms).toBeLessThanOrEqual(Date.now());
    }
    expect(body['n']).toBe(7_000_002);
    expect(body['门']).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(body['门']).not.toBe('2000-01-01T00:00:00');
  });
});
