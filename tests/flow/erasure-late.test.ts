import { describe, expect, it } from 'vitest';
import type { Core } from '#app/core.ts';
import type { DeviceId } from '#model/brand.ts';
import { gridbell } from '#tests/cli/terminal.ts';
import { startInflux } from '#tests/support/influxd.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { startWithDetector } from './support/core-with-detector.ts';
import { countOf, inInflux, topicOf } from './support/influxdb-outage.ts';
import { LoadSender } from './support/load-sender.ts';

const start = 1_767_225_600_000;
const devices = ['smoke-1' as DeviceId];
const often = { GRIDBELL_HISTORY_SORT_EVERY: '1s' };

async function send({ core, port }: { core: Core; port: number }, count: number): Promise<void> {
  const sender = new LoadSender({ username: 'smoke-1', password: 'token', window: 200 });
  await sender.connect(port);
  for (let index = 0; index < count; index++)
    sender.publish(topicOf('smoke-1'), JSON.stringify({ ts: start + index, values: { temperature: 20 } }));
  while (sender.unacknowledged > 0) await new Promise(setImmediate);
  sender.close();
  await untilCount(core, count);
}

async function untilCount(core: Core, count: number): Promise<void> {
  while ((await countOf(core, 'smoke-1')) !== count) await new Promise((resolve) => setTimeout(resolve, 20));
}

const order = (core: Core) =>
  core.execute({ kind: 'system', id: 'system' }, { name: 'erase-devices', devices, reason: 'test' });

describe('an erasure that was ordered', () => {
  it('is done after the next start when Gridbell was killed before history had it', async () => {
    using directory = temporaryDirectory();
    const first = await startWithDetector(directory.path);
    await send(first, 50);
    await order(first.core);
    expect(await countOf(first.core, 'smoke-1')).toBe(50);
    await first.core.stop();
    const second = await startWithDetector(directory.path, often);
    await untilCount(second.core, 0);
    // What it says from then on is kept.
    await send(second, 3);
    await second.core.stop();
    const third = await startWithDetector(directory.path, often);
    await third.core.history.call('maintain', null);
    expect(await countOf(third.core, 'smoke-1')).toBe(3);
    await third.core.stop();
  });

  it('is done when InfluxDB comes back, if that was away', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux();
    const platform = await startWithDetector(directory.path, { ...inInflux(influx.url), ...often });
    await send(platform, 50);
    await influx.stop();
    await order(platform.core);
    await expect(platform.core.history.call('erase', devices)).rejects.toMatchObject({ code: 'not-ready' });
    await influx.start();
    await untilCount(platform.core, 0);
    await platform.core.stop();
  });

  it('is not undone by a copy of what was kept before', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux();
    const embedded = await startWithDetector(directory.path);
    await send(embedded, 50);
    await embedded.core.stop();
    const switched = await startWithDetector(directory.path, inInflux(influx.url));
    await order(switched.core);
    await switched.core.history.call('erase', devices);
    const words = `history copy --from duckdb --to influxdb --json --url ${influx.url} --database gridbell`;
    const { code, out } = await gridbell([...words.split(' '), '--data-dir', directory.path]);
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, readings: 0, mismatches: [] });
    expect(await countOf(switched.core, 'smoke-1')).toBe(0);
    await switched.core.stop();
  });
});
