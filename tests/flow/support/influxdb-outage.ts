import { expect } from 'vitest';
import type { Core } from '#app/core.ts';
import type { DeviceId, EpochMs } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import { hashDeviceToken } from '#model/secrets.ts';
import { startInflux } from '#tests/support/influxd.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { startWithDetector } from './core-with-detector.ts';
import { LoadSender } from './load-sender.ts';

export interface Outage {
  /** How long InfluxDB is away. */
  readonly seconds: number;
  /** Messages a second meanwhile. */
  readonly rate: number;
  /** As many raise their alarms under the same load before it is away, as many while it is. */
  readonly detectors: number;
}

/** From the message to the stream, in ms. */
interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface OutageReport {
  readonly messages: number;
  /** Most batches that waited in the ops store. */
  readonly backlog: number;
  readonly alarmsBefore: Spread;
  readonly alarmsWhileAway: Spread;
  /** From the moment at which it answered again until all was there. */
  readonly caughtUpMs: number;
}

/** Settings for an InfluxDB that wants no account. */
export const inInflux = (url: string): Readonly<Record<string, string>> => ({
  GRIDBELL_HISTORY_KIND: 'influxdb',
  GRIDBELL_HISTORY_URL: url,
  GRIDBELL_HISTORY_DATABASE: 'gridbell',
});
export const topicOf = (device: string): string => `gridbell/c1/${device}/telemetry`;
/** Readings of a device; -1 while history does not answer. */
export const countOf = (core: Core, device: string): Promise<number> =>
  core.history.call('count', device as DeviceId).catch(() => -1);

const start = 1_767_225_600_000;
const temperatureOf = (index: number): number => (index % 500) / 10;
const tickMs = 100;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Kills an influxd under load, lets it be away, begins it again; fails when a reading is missing, or there twice. */
export async function surviveOutage({ detectors, rate, seconds }: Outage): Promise<OutageReport> {
  using directory = temporaryDirectory();
  await using influx = await startInflux();
  const { core, port } = await startWithDetector(directory.path, inInflux(influx.url));
  const ids = Array.from({ length: 2 * detectors }, (_, index) => `smoke-${index + 2}`);
  await addDetectors(core, ids);
  const sender = new LoadSender({ username: 'smoke-1', password: 'token', window: 500 });
  await sender.connect(port);
  let sent = 0;
  const send = (count: number): void => {
    for (let index = 0; index < count; index += 1, sent += 1)
      sender.publish(
        topicOf('smoke-1'),
        JSON.stringify({ ts: start + sent, values: { temperature: temperatureOf(sent) } }),
      );
  };
  const underLoad = async (who: readonly string[], forSeconds: number): Promise<Spread> => {
    let isSending = true;
    const pauseMs = (forSeconds * 1_000) / who.length / 2;
    const alarms = alarmsWhile(core, { port, ids: who, pauseMs }, () => isSending);
    const began = stopwatch();
    for (let tick = 1; tick <= forSeconds * (1_000 / tickMs); tick += 1) {
      send((rate * tickMs) / 1_000);
      await pause(Math.max(0, began + tick * tickMs - stopwatch()));
    }
    isSending = false;
    return spreadOf(await alarms);
  };
  const alarmsBefore = await underLoad(ids.slice(0, detectors), seconds / 2);

  // In the middle of what it takes over.
  send(rate);
  await influx.stop('SIGKILL');
  const alarmsWhileAway = await underLoad(ids.slice(detectors), seconds);
  while (sender.unacknowledged > 0) await new Promise(setImmediate);
  const backlog = core.reader.historyBacklog();
  expect(backlog).toBeGreaterThan(0);
  expect((await core.lookout.look(5_000)).queue?.lagRecords).toBeGreaterThan(0);

  await influx.start();
  const again = stopwatch();
  while ((await countOf(core, 'smoke-1')) < sent) await pause(50);
  const caughtUpMs = stopwatch() - again;
  await expectAll(core, sent, ids);
  sender.close();
  await core.stop();
  return { messages: sent, backlog, alarmsBefore, alarmsWhileAway, caughtUpMs };
}

function spreadOf(sorted: readonly number[]): Spread {
  const at = (share: number): number => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Each reading once and in its place. */
async function expectAll(core: Core, sent: number, ids: readonly string[]): Promise<void> {
  const device = 'smoke-1' as DeviceId;
  let found = 0;
  for (let from = start; from < start + sent; from += 50_000) {
    const { points } = await core.history.call('readings', {
      device,
      property: 'temperature',
      from: from as EpochMs,
      to: (from + 50_000) as EpochMs,
      limit: 100_000,
    });
    for (const { at, value } of points) {
      if (at !== start + found || value !== temperatureOf(found))
        throw new Error(`reading ${found} of ${sent} is ${value} at ${at - start}`);
      found += 1;
    }
  }
  expect(found).toBe(sent);
  expect(await countOf(core, device)).toBe(sent);
  while ((await countOf(core, ids.at(-1) ?? '')) < 1) await pause(50);
  for (const id of ids) expect(await countOf(core, id)).toBe(1);
}

/** Adds detectors that share one sender's account: each with a token of its own would want a connection of its own. */
async function addDetectors(core: Core, ids: readonly string[]): Promise<void> {
  await core.execute(
    { kind: 'system', id: 'system' },
    {
      name: 'change',
      expect: 'any',
      reason: 'test',
      changes: ids.flatMap((id) => [
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
async function alarmsWhile(
  core: Core,
  {
    ids,
    pauseMs,
    port,
  }: { readonly port: number; readonly ids: readonly string[]; readonly pauseMs: number },
  isSending: () => boolean,
): Promise<number[]> {
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
    if (took.length === ids.length) all.resolve();
  });
  for (const device of ids) {
    const sender = new LoadSender({ username: device, password: 'token', window: 1 });
    await sender.connect(port);
    begun.set(device, stopwatch());
    sender.publish(topicOf(device), JSON.stringify({ smoke: true }));
    while (begun.has(device)) await new Promise(setImmediate);
    sender.close();
    if (isSending()) await pause(pauseMs);
  }
  await all.promise;
  return took.toSorted((a, b) => a - b);
}
