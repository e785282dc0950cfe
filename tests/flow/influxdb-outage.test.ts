import { describe, expect, it } from 'vitest';
import type { Core } from '#app/core.ts';
import type { DeviceId, EpochMs } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import { hashDeviceToken } from '#model/secrets.ts';
import { startInflux } from '#tests/support/influxd.ts';
import { isLongRun } from '#tests/support/long-run.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { startWithDetector } from './support/core-with-detector.ts';
import { LoadSender } from './support/load-sender.ts';

const inInflux = (url: string) => ({
  GRIDBELL_HISTORY_KIND: 'influxdb',
  GRIDBELL_HISTORY_URL: url,
  GRIDBELL_HISTORY_DATABASE: 'gridbell',
});
const topic = (device: string): string => `gridbell/c1/${device}/telemetry`;
const countOf = (core: Core): Promise<number> =>
  core.history.call('count', 'smoke-1' as DeviceId).catch(() => -1);
const rate = 2_000;
const seconds = isLongRun ? 60 : 3;
const detectors = Array.from({ length: isLongRun ? 200 : 20 }, (_, index) => `smoke-${index + 2}`);

/** Adds detectors that share one sender's account: each with a token of its own would want a connection of its own. */
async function addDetectors(core: Core): Promise<void> {
  await core.execute(
    { kind: 'system', id: 'system' },
    {
      name: 'change',
      expect: 'any',
      reason: 'test',
      changes: detectors.flatMap((id) => [
        {
          op: 'put' as const,
          resource: 'device' as const,
          id,
          body: { id: id as DeviceId, kind: 'smoke-detector', place: 'b1' as never },
        },
        {
          op: 'put' as const,
          resource: 'credential' as const,
          id,
          body: {
            device: id as DeviceId,
            tokenHash: hashDeviceToken(core.directory.keys.deviceToken, id as DeviceId, 'token'),
          },
        },
      ]),
    },
  );
}

/** How long each detector's alarm took from the message to the stream, in ms, shortest first. */
async function alarmsWhile(core: Core, port: number, isSending: () => boolean): Promise<number[]> {
  const begun = new Map<string, number>();
  const took: number[] = [];
  const all = Promise.withResolvers<void>();
  core.feed.subscribe((event) => {
    if (event.topic !== 'alarms') return;
    const { device } = event.body as { device?: string };
    const began = begun.get(device ?? '');
    if (began === undefined) return;
    begun.delete(device ?? '');
    took.push(stopwatch() - began);
    if (took.length === detectors.length) all.resolve();
  });
  for (const device of detectors) {
    const sender = new LoadSender({ username: device, password: 'token', window: 1 });
    await sender.connect(port);
    begun.set(device, stopwatch());
    sender.publish(topic(device), JSON.stringify({ smoke: true }));
    while (begun.has(device)) await new Promise(setImmediate);
    sender.close();
    if (isSending())
      await new Promise((resolve) => setTimeout(resolve, (seconds * 1_000) / detectors.length / 2));
  }
  await all.promise;
  return took.toSorted((a, b) => a - b);
}

describe('history in an InfluxDB that is away', () => {
  it('loses nothing, has nothing twice, and alarms come meanwhile', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux();
    const { core, port } = await startWithDetector(directory.path, inInflux(influx.url));
    await addDetectors(core);
    const sender = new LoadSender({ username: 'smoke-1', password: 'token', window: 500 });
    await sender.connect(port);
    let sent = 0;
    const send = (count: number): void => {
      for (let index = 0; index < count; index += 1, sent += 1)
        sender.publish(
          topic('smoke-1'),
          JSON.stringify({ ts: 1_767_225_600_000 + sent, values: { temperature: (sent % 500) / 10 } }),
        );
    };
    send(rate);
    while ((await countOf(core)) < sent / 2) await new Promise(setImmediate);

    // In the middle of what it takes over.
    send(rate);
    await influx.stop('SIGKILL');
    let isSending = true;
    const alarms = alarmsWhile(core, port, () => isSending);
    for (let second = 0; second < seconds * 10; second += 1) {
      send(rate / 10);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    isSending = false;
    const took = await alarms;
    const p99 = took[Math.ceil(took.length * 0.99) - 1] ?? 0;
    console.info(
      `alarms while InfluxDB is away: p50 ${took[took.length >> 1]?.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
    );
    expect(p99).toBeLessThan(1_000);
    while (sender.unacknowledged > 0) await new Promise(setImmediate);
    expect(core.reader.historyBacklog()).toBeGreaterThan(0);
    expect((await core.lookout.look(5_000)).queue?.lagRecords).toBeGreaterThan(0);

    await influx.start();
    while ((await countOf(core)) < sent) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await countOf(core)).toBe(sent);
    const { points } = await core.history.call('readings', {
      device: 'smoke-1' as DeviceId,
      property: 'temperature',
      from: 1_767_225_600_000 as EpochMs,
      to: 4e12 as EpochMs,
      limit: 100_000,
    });
    expect(points.slice(0, 5_000).map(({ value }) => value)).toEqual(
      Array.from({ length: 5_000 }, (_, index) => (index % 500) / 10),
    );
    sender.close();
    await core.stop();
  }, 240_000);

  it('begins without it, and catches up when it comes', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux();
    await influx.stop();
    const { core, port } = await startWithDetector(directory.path, inInflux(influx.url));
    const sender = new LoadSender({ username: 'smoke-1', password: 'token', window: 1 });
    await sender.connect(port);
    sender.publish(topic('smoke-1'), JSON.stringify({ temperature: 20 }));
    while (sender.unacknowledged > 0) await new Promise(setImmediate);
    expect(await countOf(core)).toBe(-1);
    await influx.start();
    while ((await countOf(core)) < 1) await new Promise((resolve) => setTimeout(resolve, 50));
    sender.close();
    await core.stop();
  }, 60_000);
});
