import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startHttpReceiver } from '#tests/support/notify/http-receiver.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const run = promisify(execFile);

it('checks in while it works; with its consumer stopped it falls silent and tells who looks after it within 100 s', async () => {
  using directory = temporaryDirectory();
  await using outside = await startHttpReceiver();
  await using platform = await RunningPlatform.start({
    dataDir: directory.path,
    env: {
      GRIDBELL_HEARTBEAT_URL: `${outside.url}/ping/secret-uuid`,
      GRIDBELL_HEARTBEAT_EVERY: '500ms',
      GRIDBELL_NOTIFY_ALLOW_TARGETS: '127.0.0.1',
      GRIDBELL_NOTIFY_CHANNELS: JSON.stringify({
        hook: {
          kind: 'webhook',
          url: `${outside.url}/hook`,
          secret: `whsec_${'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3'}`,
        },
      }),
    },
  });
  const admin = await ApiClient.signIn(platform);
  await admin.post('/api/v1/import', community);
  const count = (path: string): number =>
    outside.received.filter((each) => each.path.startsWith(path)).length;
  await outside.has(3);
  expect(count('/ping')).toBeGreaterThanOrEqual(3);
  expect(count('/hook')).toBe(0);

  // Somebody else holds the store: the engine can commit nothing.
  const holder = new DatabaseSync(join(directory.path, 'ops.db'), { timeout: 60_000 });
  holder.exec('begin immediate');
  const began = performance.now();
  const telemetry = 'gridbell/lianfang-1/climate-b3/telemetry';
  await run('mosquitto_pub', [
    ...`-h 127.0.0.1 -p ${platform.ready.mqtt} -q 1 -u climate-b3 -P ${tokens.climate}`.split(' '),
    '-t',
    telemetry,
    '-m',
    '{"temperature":21}',
  ]);
  await until(
    () => Promise.resolve(count('/hook')),
    (hooks) => hooks > 0,
  );
  expect(performance.now() - began).toBeLessThan(100_000);
  const message = outside.received.find(({ path }) => path === '/hook')?.body ?? '';
  expect(message).toContain('网格铃自身故障');
  const before = count('/ping');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(count('/ping')).toBe(before);

  holder.exec('rollback');
  holder.close();
  await until(
    () => Promise.resolve(count('/ping')),
    (pings) => pings > before,
  );
  expect(platform.output.join('\n')).not.toContain('secret-uuid');
});
