import { describe, expect, it } from 'vitest';
import { startInflux } from '#tests/support/influxd.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { LoadSender } from './support/load-sender.ts';
import { RunningPlatform } from './support/running-platform.ts';

interface Entry {
  readonly id: number;
  readonly reason: string;
  readonly property: string | null;
  readonly detail: string;
  readonly replayedAt: string | null;
}

/** The third property of a class is one too many; counted are those of earlier writes. */
const few = { data: 'max-values-per-tag = 2' };
const properties = ['temperature', 'humidity', 'co2', 'pm2-5', 'illuminance'];
const rounds = 20;
const begin = Date.parse('2026-03-10T12:00:00Z');

describe('points that InfluxDB refuses', () => {
  it('are in quarantine once, across kills, and in history when they are replayed after the limit was raised', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux(few);
    const start = () =>
      RunningPlatform.start({
        dataDir: directory.path,
        clock: 'data',
        env: {
          GRIDBELL_HISTORY_KIND: 'influxdb',
          GRIDBELL_HISTORY_URL: influx.url,
          GRIDBELL_HISTORY_DATABASE: 'gridbell',
        },
      });
    const heldBy = async (admin: ApiClient): Promise<Entry[]> =>
      (await admin.all<Entry>('/api/v1/quarantine?limit=1000')).filter(
        ({ reason }) => reason === 'not-stored',
      );
    const readings = async (admin: ApiClient, property: string): Promise<number> => {
      const path = `/api/v1/devices/climate-b3/readings?property=${property}&from=2026-03-10T00:00:00Z&to=2026-03-11T00:00:00Z&limit=1000`;
      const { body, status } = await admin.get<{ points: unknown[] }>(path);
      return status === 200 ? body.points.length : 0;
    };
    let sent = 0;
    const say = (sender: LoadSender, names: readonly string[]): void => {
      sender.publish(
        'gridbell/lianfang-1/climate-b3/telemetry',
        JSON.stringify({
          ts: begin + sent * 1_000,
          values: Object.fromEntries(names.map((name) => [name, 20 + (sent % 10)])),
        }),
      );
    };
    const send = async (platform: RunningPlatform, admin: ApiClient): Promise<void> => {
      const sender = new LoadSender({ username: 'climate-b3', password: tokens.climate, window: 100 });
      await sender.connect(platform.ready.mqtt);
      if (sent === 0) {
        say(sender, properties.slice(0, 2));
        while ((await readings(admin, 'humidity')) === 0) await new Promise(setImmediate);
      }
      for (let index = 0; index < rounds; index += 1) {
        sent += 1;
        say(sender, properties);
      }
      while (sender.unacknowledged > 0) await new Promise(setImmediate);
      sender.close();
    };
    for (let kill = 0; kill < 3; kill += 1) {
      await using platform = await start();
      const admin = await ApiClient.signIn(platform);
      if (kill === 0) await admin.post('/api/v1/import', community);
      const before = (await heldBy(admin)).length;
      await send(platform, admin);
      // In the middle of it, perhaps between quarantine and position.
      while ((await heldBy(admin)).length === before) await new Promise(setImmediate);
      await platform.kill();
    }
    await using platform = await start();
    const admin = await ApiClient.signIn(platform);
    const refused = sent * (properties.length - 2);
    while ((await heldBy(admin)).length < refused) await new Promise((resolve) => setTimeout(resolve, 20));
    const held = await heldBy(admin);
    expect(held).toHaveLength(refused);
    expect(new Set(held.map(({ detail }) => detail)).size).toBe(refused);
    expect(held[0]?.detail).toMatch(
      /^\S+ of 2026-03-10T\S+: history cannot store it: InfluxDB refuses it \(max-values-per-tag limit exceeded.*raise that limit/,
    );

    await influx.stop();
    await influx.start({});
    await admin.post('/api/v1/quarantine/replay', { filter: { reason: 'not-stored' } });
    const lacking = async (): Promise<number> => {
      const found = await Promise.all(properties.map((property) => readings(admin, property)));
      return 2 + sent * properties.length - found.reduce((sum, count) => sum + count);
    };
    while ((await lacking()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await heldBy(admin)).filter(({ replayedAt }) => replayedAt === null)).toEqual([]);
  });
});
