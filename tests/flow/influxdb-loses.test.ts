import { describe, expect, it } from 'vitest';
import type { Core } from '#app/core.ts';
import { type DeviceId, position } from '#model/brand.ts';
import type { ResourceChange } from '#model/command.ts';
import { InfluxServer } from '#store/history/influxdb/server.ts';
import { type RunningInflux, startInflux } from '#tests/support/influxd.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { tearLogs } from '#tests/support/torn-log.ts';
import { startWithDetector } from './support/core-with-detector.ts';
import { countOf, inInflux, topicOf } from './support/influxdb-outage.ts';
import { LoadSender } from './support/load-sender.ts';

const start = 1_767_225_600_000;
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

/** A platform in this process on an influxd, and how many readings its detector has sent. */
async function begin(dataDir: string, influx: RunningInflux) {
  const { core, port } = await startWithDetector(dataDir, inInflux(influx.url));
  const sender = new LoadSender({ username: 'smoke-1', password: 'token', window: 500 });
  await sender.connect(port);
  return {
    core,
    /** Acknowledged by the broker, and by InfluxDB. */
    async send(from: number, to: number, smoke = false): Promise<void> {
      for (let index = from; index < to; index += 1)
        sender.publish(
          topicOf('smoke-1'),
          JSON.stringify({
            ts: start + index * 1_000,
            values: { temperature: 20 + (index % 5) / 10, smoke },
          }),
        );
      while (sender.unacknowledged > 0) await new Promise(setImmediate);
      await waitForCount(core, to * 2);
    },
    async stop(): Promise<void> {
      sender.close();
      await core.stop();
    },
  };
}

async function waitForCount(core: Core, count: number): Promise<void> {
  while ((await countOf(core, 'smoke-1')) !== count) await pause();
}

const serverOf = ({ url }: RunningInflux): InfluxServer =>
  new InfluxServer({ url, database: 'gridbell', org: null, token: null, username: null, password: null });

async function rowsOf(influx: RunningInflux, measurement: string): Promise<number> {
  const [tables = []] = await serverOf(influx).query([`SELECT count(id) FROM ${measurement}`]);
  return tables.reduce((sum, { values }) => sum + Number(values[0]?.[1]), 0);
}

/** Killed in the middle of a write: from the next start on what it acknowledges is lost at the one after that. */
async function killTorn(influx: RunningInflux): Promise<void> {
  await influx.stop('SIGKILL');
  expect(tearLogs(influx.folder)).toBeGreaterThan(0);
  await influx.start();
}

const modeOf = (target: string): ResourceChange => ({
  op: 'put',
  resource: 'mode',
  id: `${target} maintenance`,
  body: { target: target as never, mode: 'maintenance', reason: 'test' },
});

describe('an influxd that loses what it acknowledged', () => {
  it('gets it again, readings and what happened to alarms, and that is told', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux();
    const platform = await begin(directory.path, influx);
    await platform.send(0, 200);
    await killTorn(influx);
    await platform.send(200, 500);
    await platform.send(500, 501, true);
    while ((await rowsOf(influx, 'alarms')) < 1) await pause();
    // In order this time; nothing is sent, so no write fails.
    await influx.stop();
    await influx.start();
    await waitForCount(platform.core, 501 * 2);
    while ((await rowsOf(influx, 'alarms')) < 1) await pause();
    expect(await rowsOf(influx, 'alarms')).toBe(1);
    const { handover } = await platform.core.history.call('stats', null);
    expect(handover?.wentBack).toMatchObject({ lost: 0 });
    expect(handover?.wentBack?.again).toBeGreaterThan(0);
    await platform.stop();
  });

  it('gets it again when Gridbell was away meanwhile', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux();
    const first = await begin(directory.path, influx);
    await first.send(0, 200);
    await killTorn(influx);
    await first.send(200, 500);
    await first.stop();
    await influx.stop();
    await influx.start();
    const lost = await serverOf(influx).query(['SELECT count(k) FROM environment']);
    expect(Number(lost[0]?.[0]?.values[0]?.[1])).toBeLessThan(500);
    const second = await begin(directory.path, influx);
    await waitForCount(second.core, 500 * 2);
    await second.send(500, 600);
    await second.stop();
  });

  it('keeps batches no longer than until they are in its files', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux({ data: 'cache-snapshot-write-cold-duration = "5s"' });
    const platform = await begin(directory.path, influx);
    await platform.send(0, 100);
    expect(platform.core.reader.historyBacklog()).toBeGreaterThan(0);
    while (platform.core.reader.historyBacklog() > 0) await pause();
    const { handover } = await platform.core.history.call('stats', null);
    expect(handover).toEqual({ keptBytes: 0, wentBack: null });
    await platform.stop();
  });

  it('does not get again what was erased meanwhile', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux();
    const platform = await begin(directory.path, influx);
    await platform.send(0, 100);
    expect(platform.core.reader.historyBacklog()).toBeGreaterThan(0);
    const devices = ['smoke-1' as DeviceId];
    await platform.core.execute(
      { kind: 'system', id: 'system' },
      { name: 'erase-devices', devices, reason: 'test' },
    );
    await platform.core.history.call('erase', devices);
    await platform.core.engine.call('writeStoreAnew', null);
    expect(await countOf(platform.core, 'smoke-1')).toBe(0);
    const kept = platform.core.reader.historyBatchesAfter(position(0), 1_000);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.flatMap(({ context, readings }) => [...readings, ...context])).toEqual([]);
    await killTorn(influx);
    const told = async () => (await platform.core.history.call('stats', null)).takeOver;
    // What comes after that is there, and behind it what was kept would have come again.
    await platform.core.execute(
      { kind: 'system', id: 'system' },
      { name: 'change', expect: 'any', reason: 'test', changes: [modeOf('b1')] },
    );
    const last = platform.core.reader.lastHistoryBatch() ?? 0;
    while ((await told()).state !== 'idle' || (await told()).position < last) await pause();
    expect(await countOf(platform.core, 'smoke-1')).toBe(0);
    await platform.stop();
  });
});
