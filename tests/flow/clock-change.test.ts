import { expect, it } from 'vitest';
import { wallClock } from '#model/clock.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { LoadSender } from './support/load-sender.ts';
import { RunningPlatform } from './support/running-platform.ts';

const topic = 'gridbell/lianfang-1/smoke-b3-05/telemetry';
const dayMs = 86_400_000;

async function say(platform: RunningPlatform, payloads: readonly object[]): Promise<void> {
  const device = new LoadSender({ username: 'smoke-b3-05', password: tokens.smoke, window: 8 });
  await device.connect(platform.ready.mqtt);
  for (const payload of payloads) device.publish(topic, JSON.stringify(payload));
  await until(
    async () => device.unacknowledged,
    (open) => open === 0,
  );
  device.close();
}

it('a directory of a data clock that was ahead goes on on the system clock: the next smoke is an alarm, now', async () => {
  using directory = temporaryDirectory();
  const first = await RunningPlatform.start({ dataDir: directory.path, clock: 'data' });
  await (await ApiClient.signIn(first)).post('/api/v1/import', community);
  await say(first, [{ ts: wallClock.now() + dayMs, values: { smoke: false, temperature: 20 } }]);
  expect(await first.stop()).toBe(0);

  await using second = await RunningPlatform.start({ dataDir: directory.path });
  const before = wallClock.now();
  await say(second, [{ ts: before, values: { smoke: true } }, { smoke: true }]);
  const admin = await ApiClient.signIn(second);
  const alarms = await until(
    () => admin.all<{ rule: string; startedAt: string }>('/api/v1/alarms?rule=smoke-alarm'),
    (list) => list.length > 0,
  );
  expect(alarms).toHaveLength(1);
  expect(Math.abs(Date.parse(alarms[0]?.startedAt ?? '') - before)).toBeLessThan(dayMs / 24);
  const latest = await admin.get<{ smoke: { value: boolean; at: string } }>(
    '/api/v1/devices/smoke-b3-05/latest',
  );
  expect(latest.body.smoke.value).toBe(true);
  expect(Date.parse(latest.body.smoke.at)).toBeLessThan(before + dayMs / 24);
});

it('killed on the data clock and started on the system clock: what was due in between is done, not forgotten', async () => {
  using directory = temporaryDirectory();
  const hourAgo = wallClock.now() - dayMs / 24;
  const first = await RunningPlatform.start({ dataDir: directory.path, clock: 'data' });
  await (await ApiClient.signIn(first)).post('/api/v1/import', community);
  await say(first, [
    { ts: hourAgo, values: { smoke: true } },
    { ts: hourAgo + 1_000, values: { smoke: false } },
  ]);
  await first.kill();

  await using second = await RunningPlatform.start({ dataDir: directory.path });
  const admin = await ApiClient.signIn(second);
  const [alarm] = await until(
    () => admin.all<{ state: string; clearedAt: string | null }>('/api/v1/alarms?rule=smoke-alarm'),
    ([found]) => found?.state === 'cleared',
  );
  expect(alarm?.clearedAt).toBe(new Date(hourAgo + 121_000).toISOString());
});
