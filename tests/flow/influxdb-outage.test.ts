import { describe, expect, it } from 'vitest';
import { startInflux } from '#tests/support/influxd.ts';
import { slowness } from '#tests/support/slowness.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { startWithDetector } from './support/core-with-detector.ts';
import { countOf, inInflux, surviveOutage, topicOf } from './support/influxdb-outage.ts';
import { LoadSender } from './support/load-sender.ts';

describe('history in an InfluxDB that is away', () => {
  it('loses nothing, has nothing twice, and alarms come meanwhile', async () => {
    const { alarmsWhileAway } = await surviveOutage({ seconds: 3, rate: 2_000, detectors: 20 });
    expect(alarmsWhileAway.p99).toBeLessThan(1_000 * slowness());
  });

  it('begins without it, and catches up when it comes', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux();
    await influx.stop();
    const { core, port } = await startWithDetector(directory.path, inInflux(influx.url));
    const sender = new LoadSender({ username: 'smoke-1', password: 'token', window: 1 });
    await sender.connect(port);
    sender.publish(topicOf('smoke-1'), JSON.stringify({ temperature: 20 }));
    while (sender.unacknowledged > 0) await new Promise(setImmediate);
    expect(await countOf(core, 'smoke-1')).toBe(-1);
    await influx.start();
    while ((await countOf(core, 'smoke-1')) < 1) await new Promise((resolve) => setTimeout(resolve, 50));
    sender.close();
    await core.stop();
  });
});
