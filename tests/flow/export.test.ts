import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { readParquet } from '#tests/api/exports/read-parquet.ts';
import { gridbell } from '#tests/cli/terminal.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const device = 'smoke-b3-05';
const [messages, together] = [40, 1_000];

async function connect(platform: RunningPlatform) {
  const client = await connectAsync(`mqtt://127.0.0.1:${platform.ready.mqtt}`, {
    username: device,
    password: tokens.smoke,
  });
  return {
    say: (payload: unknown) =>
      client.publishAsync(`gridbell/lianfang-1/${device}/telemetry`, JSON.stringify(payload), { qos: 1 }),
    [Symbol.asyncDispose]: () => client.endAsync(),
  };
}

describe('readings that are exported', () => {
  it('are the same from a running platform and from its files, and hold up no alarm', async () => {
    using directory = temporaryDirectory();
    const at = Date.now() - 3_600_000;
    const chosen = ['--device', device, '--property', 'temperature', '--data-dir', directory.path];
    const to = (name: string): string => join(directory.path, name);
    {
      await using platform = await RunningPlatform.start({ dataDir: directory.path });
      const admin = await ApiClient.signIn(platform);
      expect((await admin.post('/api/v1/import', community)).status).toBe(200);
      await using detector = await connect(platform);
      for (let message = 0; message < messages; message++)
        await detector.say(
          Array.from({ length: together }, (_, index) => {
            const count = message * together + index;
            return { ts: at + count * 50, values: { temperature: (count % 300) / 10 } };
          }),
        );
      const last = new Date(at + (messages * together - 1) * 50).toISOString();
      await until(
        async () =>
          (
            await admin.get<{ points: unknown[] }>(
              `/api/v1/devices/${device}/readings?property=temperature&from=${last}`,
            )
          ).body.points.length,
        (count) => count === 1,
      );
      const ran = await gridbell(['history', 'export', to('out.csv'), ...chosen]);
      expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: [] });
      const lines = (await readFile(to('out.csv'), 'utf8')).split('\r\n');
      expect(lines).toHaveLength(messages * together + 2);
      expect(lines[1]).toContain('lianfang-1/g1/b3,temperature');

      let exported = 0;
      let isOver = false;
      const exporting = (async () => {
        while (!isOver) {
          await gridbell(['history', 'export', '-', '--format', 'parquet', '--data-dir', directory.path]);
          exported += 1;
        }
      })();
      await until(
        async () => exported,
        (count) => count > 0,
      );
      await detector.say({ smoke: true });
      const alarms = await until(
        async () => (await admin.get<{ items: { rule: string }[] }>('/api/v1/alarms')).body.items,
        (items) => items.length > 0,
      );
      isOver = true;
      await exporting;
      expect(alarms[0]?.rule).toBe('smoke-alarm');
      expect(await gridbell(['history', 'export', to('out.jsonl'), ...chosen])).toMatchObject({ code: 0 });
      await platform.stop();
    }
    const offline = await gridbell(['history', 'export', to('offline.jsonl'), ...chosen], {
      env: { GRIDBELL_DATA_DIR: directory.path },
    });
    expect({ code: offline.code, err: offline.err }).toEqual({ code: 0, err: [] });
    expect(await readFile(to('offline.jsonl'))).toEqual(await readFile(to('out.jsonl')));
    await gridbell(['history', 'export', to('out.parquet'), ...chosen]);
    const { rows } = await readParquet(await readFile(to('out.parquet')));
    expect(rows).toHaveLength(messages * together);
    expect(rows.at(-1)).toMatchObject({ device, time: at + (messages * together - 1) * 50 });
    expect((await readdir(directory.path)).filter((name) => name.includes('.part'))).toEqual([]);
  });
});
