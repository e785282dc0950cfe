import { describe, expect, it } from 'vitest';
import { InfluxServer } from '#store/history/influxdb/server.ts';
import { startInflux } from '#tests/support/influxd.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient } from './support/api-client.ts';
import { community } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

interface TaskView {
  readonly id: string;
  readonly history: readonly { readonly action: string; readonly at: string }[];
}

const database = 'gridbell';
const wish = { category: 'dispute', title: 'noise at the home of Li', place: 'b3' };

describe('what happened to tasks, in an InfluxDB', () => {
  it('is there once, after kills of the platform and while the server was away', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux();
    const server = new InfluxServer({
      url: influx.url,
      database,
      org: null,
      token: null,
      username: null,
      password: null,
    });
    const start = () =>
      RunningPlatform.start({
        dataDir: directory.path,
        env: {
          GRIDBELL_HISTORY_KIND: 'influxdb',
          GRIDBELL_HISTORY_URL: influx.url,
          GRIDBELL_HISTORY_DATABASE: database,
        },
      });
    const steps = async (): Promise<readonly string[]> => {
      const [tables = []] = await server.query(['SELECT id, action FROM tasks']).catch(() => []);
      return tables.flatMap(({ values }) => values.map(([at, id, action]) => `${at} ${id} ${action}`));
    };
    const make = async (admin: ApiClient, count: number): Promise<void> => {
      const wanted = Array.from({ length: count }, () => admin.post<{ id: string }>('/api/v1/tasks', wish));
      for (const { status } of await Promise.all(wanted)) expect(status).toBe(201);
    };

    {
      await using platform = await start();
      const admin = await ApiClient.signIn(platform);
      await admin.post('/api/v1/import', community);
      await make(admin, 20);
      // Some of it is written, and some is not.
      while ((await steps()).length === 0) await new Promise(setImmediate);
      await platform.kill();
    }
    await influx.stop('SIGKILL');
    {
      await using platform = await start();
      await make(await ApiClient.signIn(platform), 20);
      await platform.kill();
    }
    await using platform = await start();
    await influx.start();
    const admin = await ApiClient.signIn(platform);
    await make(admin, 20);
    const had: string[] = [];
    for (const { id } of await admin.all<TaskView>('/api/v1/tasks?limit=1000'))
      for (const { action, at } of (await admin.get<TaskView>(`/api/v1/tasks/${id}`)).body.history)
        had.push(`${Date.parse(at)} ${id} ${action}`);
    expect(had.length).toBeGreaterThanOrEqual(120);
    while ((await steps()).length < had.length) await new Promise((resolve) => setTimeout(resolve, 20));
    const written = await steps();
    expect(written).toHaveLength(had.length);
    expect(new Set(written)).toEqual(new Set(had));
  });
});
