import { expect, it } from 'vitest';
import { wallClock } from '#model/clock.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community } from './support/community.ts';
import { LoadSender } from './support/load-sender.ts';
import { RunningPlatform } from './support/running-platform.ts';

const token = 'gateway-token-1234';
const gateway = { id: 'gw-b3', kind: 'gateway', place: 'b3', token };
const topic = `gridbell/lianfang-1/${gateway.id}`;
const common = { category: 'device-maintenance', severity: 'minor', devices: { kind: 'gateway' } };
const rules = {
  gone: { ...common, property: 'online', when: 'value == false' },
  'wrong-time': { ...common, property: 'clock-wrong', when: 'value == true' },
};

interface Known {
  readonly rule: string;
  readonly state: string;
}

async function connected(platform: RunningPlatform): Promise<LoadSender> {
  const sender = new LoadSender({ username: gateway.id, password: token, window: 8 });
  await sender.connect(platform.ready.mqtt);
  return sender;
}

/** `rule state` of the alarms of these rules, once they are as expected or time is up. */
async function seen(admin: ApiClient, expected: readonly string[]): Promise<readonly string[]> {
  const alarms = async () =>
    (await admin.all<Known>('/api/v1/alarms'))
      .filter(({ rule }) => rule in rules)
      .map(({ rule, state }) => `${rule} ${state}`)
      .toSorted();
  return until(alarms, (known) => known.join() === expected.join());
}

it('what Gridbell knows of a device wakes rules: that it went, by a kill and a restart, and that its clock is wrong', async () => {
  using directory = temporaryDirectory();
  const options = { dataDir: directory.path };
  await using first = await RunningPlatform.start(options);
  const admin = await ApiClient.signIn(first);
  await admin.post('/api/v1/import', { ...community, devices: [...community.devices, gateway] });
  for (const [id, rule] of Object.entries(rules)) await admin.send('PUT', `/api/v1/rules/${id}`, rule);

  const sender = await connected(first);
  sender.publish(
    `${topic}/telemetry`,
    JSON.stringify({ ts: wallClock.now() + 3_600_000, values: { uptime: 1 } }),
  );
  expect(await seen(admin, ['wrong-time active'])).toEqual(['wrong-time active']);
  sender.publish(`${topic}/telemetry`, JSON.stringify({ ts: wallClock.now(), values: { uptime: 2 } }));
  expect(await seen(admin, ['wrong-time cleared'])).toEqual(['wrong-time cleared']);

  // That the platform stops is no device's doing.
  expect(await first.stop()).toBe(0);
  await using second = await RunningPlatform.start(options);
  const again = await ApiClient.signIn(second);
  const back = await connected(second);
  back.publish(`${topic}/telemetry`, JSON.stringify({ uptime: 3 }));
  await until(
    async () => back.unacknowledged,
    (open) => open === 0,
  );
  expect(await seen(again, ['wrong-time cleared'])).toEqual(['wrong-time cleared']);
  back.close();
  expect(await seen(again, ['gone active', 'wrong-time cleared'])).toContain('gone active');

  await second.kill();
  await using third = await RunningPlatform.start(options);
  const last = await ApiClient.signIn(third);
  expect(await seen(last, ['gone active', 'wrong-time cleared'])).toContain('gone active');
  const home = await connected(third);
  const over = ['gone cleared', 'wrong-time cleared'];
  expect(await seen(last, over)).toEqual(over);
  home.close();
});
