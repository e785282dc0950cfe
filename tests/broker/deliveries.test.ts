import { describe, expect, it } from 'vitest';
import { Deliveries } from '#broker/deliveries.ts';
import { Intake } from '#broker/intake/intake.ts';
import { defaultLimits } from '#broker/limits.ts';
import type { Urgency } from '#broker/ports.ts';
import { type DeviceId, epochMs, type Position, position } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import type { InboxRecord } from '#model/record.ts';

const now = epochMs(Date.parse('2026-01-01T04:00:00Z'));
const kinds: Record<string, string> = { station: 'gateway', climate: 'environment' };

/** Deliveries to an inbox whose disk answers when it is told to. */
function withDisk() {
  const appended: { readonly record: InboxRecord; readonly urgency: Urgency | undefined }[] = [];
  const disk = Promise.withResolvers<void>();
  const intake = new Intake(defaultLimits);
  const deliveries = new Deliveries({
    intake,
    clock: { now: () => now },
    devices: {
      device: (id) => (kinds[id] === undefined ? undefined : { id: id as DeviceId, kind: kinds[id] }),
    },
    inbox: {
      append: async (record, urgency): Promise<Position> => {
        appended.push({ record, urgency });
        await disk.promise;
        return position(appended.length);
      },
    },
  });
  const deliver = (device: string, bytes = 10, topic = `hikvision/${device}`) =>
    deliveries.deliver({ device: device as DeviceId, topic, payload: Buffer.alloc(bytes, 0x7b) });
  return { appended, deliver, deliveries, disk, intake };
}
const codeOf = (delivering: Promise<void>) =>
  delivering.then(
    () => 'taken',
    (error: unknown) => (error instanceof GridbellError ? error.code : error),
  );

describe('what devices push', () => {
  it('is a message of the inbox, taken when the disk has it', async () => {
    const { appended, deliver, deliveries, disk } = withDisk();
    const delivered = deliver('station');
    expect(appended[0]?.record).toMatchObject({
      type: 'message',
      at: now,
      sender: 'station',
      topic: 'hikvision/station',
      qos: 1,
      state: false,
    });
    expect(deliveries.records).toBe(0);
    disk.resolve();
    await delivered;
    expect(deliveries.records).toBe(1);
  });

  it('goes into the reserve of the disk when it may save somebody, is short, and not too often', async () => {
    const { appended, deliver } = withDisk();
    void deliver('station');
    void deliver('climate');
    void deliver('station', defaultLimits.vitalBytes + 1);
    for (let i = 0; i < 30; i++) void deliver('station');
    expect(appended.slice(0, 3).map(({ urgency }) => urgency)).toEqual(['vital', 'ordinary', 'ordinary']);
    expect(appended.filter(({ urgency }) => urgency === 'vital')).toHaveLength(20);
  });

  it('is bounded on its way, and the way is free again when the disk has answered', async () => {
    const { deliver, disk } = withDisk();
    const underWay = Array.from({ length: 64 }, () => deliver('station'));
    expect(await codeOf(deliver('station'))).toBe('too-many-requests');
    disk.resolve();
    await Promise.all(underWay);
    expect(await codeOf(deliver('station'))).toBe('taken');
  });

  it('is never said at a topic of ours, nor of a device that is not there', async () => {
    const { appended, deliver } = withDisk();
    expect(await codeOf(deliver('station', 1, 'gridbell/c/other/telemetry'))).toBe('invalid-input');
    expect(await codeOf(deliver('gone'))).toBe('not-found');
    expect(appended).toEqual([]);
  });
});
