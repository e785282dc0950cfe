import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community } from './support/community.ts';
import { readings } from './support/kill-rounds.ts';
import { RunningPlatform } from './support/running-platform.ts';

const run = promisify(execFile);
const token = 'gateway-token-1234';
const gateway = { id: 'gw-b3', kind: 'gateway', dialect: 'native', place: 'b3', token };
const rule = {
  name: 'Smoke at a gateway',
  category: 'fire',
  severity: 'critical',
  property: 'smoke',
  devices: { kind: 'gateway' },
  when: 'value == true',
  task: { title: { en: 'Smoke at {place}', zh: '{place} 烟感报警' }, to: 'grid-worker' },
};

interface TaskView {
  readonly alarms: readonly string[];
}

/** Connects anew, so that what it says retained is state. */
const publish = (platform: RunningPlatform, payload: object, ...more: readonly string[]) =>
  run('mosquitto_pub', [
    '-h',
    '127.0.0.1',
    '-p',
    String(platform.ready.mqtt),
    '-u',
    gateway.id,
    '-P',
    token,
    '-q',
    '1',
    '-t',
    `gridbell/lianfang-1/${gateway.id}/telemetry`,
    '-m',
    JSON.stringify(payload),
    ...more,
  ]);

/** All that was said so far has gone through the rules. */
const stored = (admin: ApiClient, count: number) =>
  until(
    () => readings(admin, gateway.id, 'smoke'),
    (points) => points.length >= count,
  );

it('a danger in the retained state of a gateway is one task to verify and no alarm, also after it reconnects', async () => {
  using directory = temporaryDirectory();
  await using platform = await RunningPlatform.start({ dataDir: directory.path });
  const admin = await ApiClient.signIn(platform);
  const imported = await admin.post('/api/v1/import', {
    ...community,
    devices: [...community.devices, gateway],
  });
  expect(imported.status, JSON.stringify(imported.body)).toBe(200);
  const put = await admin.send<{ valid: boolean }>('PUT', '/api/v1/rules/gateway-smoke', rule);
  expect(put, JSON.stringify(put.body)).toMatchObject({ status: 200, body: { valid: true } });
  const tasks = () => admin.all<TaskView>('/api/v1/tasks');

  await publish(platform, { smoke: true }, '-r');
  const verified = {
    state: 'dispatched',
    assignee: 'w-zhou',
    category: 'fire',
    severity: 'critical',
    place: 'b3',
    rule: 'gateway-smoke',
    title: '待核实：3号楼 烟感报警',
    reason: expect.stringContaining('retained state'),
    alarms: [],
  };
  expect(await until(tasks, ({ length }) => length > 0)).toMatchObject([verified]);

  await publish(platform, { smoke: true }, '-r');
  await stored(admin, 2);
  expect(await tasks()).toMatchObject([{ ...verified, version: 1 }]);
  expect(await admin.all('/api/v1/alarms')).toEqual([]);
  const { body } = await admin.get<{ items: readonly { outcome: string; reason: string }[] }>(
    `/api/v1/rules/gateway-smoke/trace?device=${gateway.id}`,
  );
  expect(body.items.map(({ outcome }) => outcome)).toEqual(['to-verify', 'state-only']);

  await publish(platform, { smoke: true });
  const joined = await until(tasks, ([task]) => (task?.alarms.length ?? 0) > 0);
  expect(joined).toHaveLength(1);
  expect(await admin.all('/api/v1/alarms')).toMatchObject([{ state: 'active', rule: 'gateway-smoke' }]);
});
