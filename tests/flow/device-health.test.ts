import { expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { LoadSender } from './support/load-sender.ts';
import { RunningPlatform } from './support/running-platform.ts';

const start = Date.parse('2026-01-01T04:00:00Z');
const hourMs = 3_600_000;
const device = 'smoke-b3-05';
const topic = `gridbell/lianfang-1/${device}/telemetry`;

interface Health {
  readonly health: { readonly state: string; readonly reason: string; readonly since: string | null };
}
interface Groups {
  readonly items: readonly {
    readonly property: string | null;
    readonly reason: string;
    readonly held: number;
  }[];
}

async function say(platform: RunningPlatform, ...payloads: readonly string[]): Promise<void> {
  const sender = new LoadSender({ username: device, password: tokens.smoke, window: 8 });
  await sender.connect(platform.ready.mqtt);
  for (const payload of payloads) sender.publish(topic, payload);
  await until(
    async () => sender.unacknowledged,
    (open) => open === 0,
  );
  sender.close();
}

it('a detector is well in its cadence, silent beyond it, and what nobody could read of it waits in groups', async () => {
  using directory = temporaryDirectory();
  await using platform = await RunningPlatform.start({ dataDir: directory.path, clock: 'data' });
  const admin = await ApiClient.signIn(platform);
  await admin.post('/api/v1/import', community);
  const health = async () => (await admin.get<Health>(`/api/v1/devices/${device}`)).body.health;
  const groups = async () => (await admin.get<Groups>('/api/v1/quarantine/groups?state=held')).body.items;

  expect(await health()).toMatchObject({ state: 'never-seen' });
  await say(
    platform,
    JSON.stringify({ ts: start, values: { smoke: false, temperature: 'warm' } }),
    JSON.stringify({ ts: start + 1_000, values: { temperature: 'cold' } }),
    '{"temperature": 21.5, "humid',
  );
  await until(groups, (held) => held.length === 2);
  expect(await health()).toMatchObject({ state: 'well' });

  const replayed = await admin.post<unknown>('/api/v1/quarantine/replay', {
    filter: { device, dialect: 'native', reason: 'wrong-type', property: 'temperature' },
  });
  expect(replayed.body).toEqual({
    asked: 2,
    outcome: { replayed: 2, read: 0, readings: 0, returned: 2, missing: [] },
  });
  const left = await groups();
  expect(left).toHaveLength(2);
  expect(left).toContainEqual(expect.objectContaining({ reason: 'malformed', property: null, held: 1 }));
  expect(left).toContainEqual(
    expect.objectContaining({ reason: 'wrong-type', property: 'temperature', held: 2 }),
  );

  await admin.post('/api/v1/clock/advance', { to: new Date(start + 26 * hourMs).toISOString() });
  expect(await health()).toEqual({
    state: 'silent',
    reason: 'overdue',
    since: new Date(start).toISOString(),
    battery: null,
  });
});
