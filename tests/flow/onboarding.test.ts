import mqtt from 'mqtt';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const token = 'gateway-token-1234';
const gateway = {
  id: 'z1',
  kind: 'gateway',
  dialect: 'zigbee2mqtt',
  topic: 'zigbee2mqtt/#',
  place: 'b3',
  token,
};

interface Listed {
  readonly id: string;
  readonly address: string;
  readonly messages: number;
}
interface Task {
  readonly id: string;
  readonly place: string;
  readonly alarms: readonly string[];
}

/** Until each has its acknowledgement. */
async function publish(
  platform: RunningPlatform,
  messages: readonly (readonly [topic: string, body: object])[],
): Promise<void> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${platform.ready.mqtt}`, {
    username: 'z1',
    password: token,
    reconnectPeriod: 0,
  });
  await Promise.all(
    messages.map(([topic, body]) => client.publishAsync(topic, JSON.stringify(body), { qos: 1 })),
  );
  await client.endAsync(true);
}

it('what a gateway carries is there with its first word, once each, through kills; claimed, replaced and out of use', async () => {
  using directory = temporaryDirectory();
  let platform = await RunningPlatform.start({ dataDir: directory.path });
  await using _ = { [Symbol.asyncDispose]: () => platform.kill() };
  let client = await ApiClient.signIn(platform);
  await client.post('/api/v1/import', { ...community, devices: [...community.devices, gateway] });
  const again = async () => {
    await platform.kill();
    platform = await RunningPlatform.start({ dataDir: directory.path });
    client = await ApiClient.signIn(platform);
  };
  const unclaimed = () => client.all<Listed>('/api/v1/devices/unclaimed?limit=1000');

  // Acknowledged, then killed: each is there, once, with the smoke that it began with.
  const names = Array.from({ length: 300 }, (_none, index) => `sensor ${index}`);
  await publish(platform, [
    ...names.map((name) => [`zigbee2mqtt/${name}`, { contact: true, battery: 90 }] as const),
    ['zigbee2mqtt/kitchen', { smoke: true, battery: 80 }],
  ]);
  await again();
  const found = await until(unclaimed, (items) => items.length === names.length + 1);
  expect(found.map(({ address }) => address).sort()).toEqual([...names, 'kitchen'].sort());
  const tasks = await until(
    () => client.all<Task>('/api/v1/tasks'),
    (items) => items.length > 0,
  );
  expect(tasks).toMatchObject([{ place: 'b3' }]);
  expect(tasks[0]?.alarms).toHaveLength(1);
  const ids = new Map(found.map(({ address, id }) => [address, id]));
  await again();
  await publish(platform, [
    ['zigbee2mqtt/sensor 7', { contact: false }],
    ['zigbee2mqtt/new', { contact: true }],
  ]);
  const later = await until(unclaimed, (items) => items.length === names.length + 2);
  for (const { address, id } of later) if (address !== 'new') expect(id).toBe(ids.get(address));
  expect(await client.all('/api/v1/quarantine')).toEqual([]);

  // Seen by the API at once, and claimed: it knows the device although no command added it.
  const seven = ids.get('sensor 7') ?? '';
  expect((await client.get(`/api/v1/devices/${seven}/latest`)).body).toMatchObject({
    'door-open': { value: true },
  });
  const claim = (place: string) => client.post(`/api/v1/devices/${seven}/claim`, { place, kind: 'door' });
  const answers = await Promise.all([claim('b3-0502'), claim('b3')]);
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);

  // Another thing in its place: history goes on under the id, and the record that it had goes.
  const by = later.find(({ address }) => address === 'new')?.id;
  expect((await client.post(`/api/v1/devices/${seven}/replace`, { by, reason: 'wet' })).status).toBe(200);
  await publish(platform, [['zigbee2mqtt/new', { contact: false, battery: 55 }]]);
  await until(
    () => client.get<Record<string, { value: unknown }>>(`/api/v1/devices/${seven}/latest`),
    ({ body }) => body['battery']?.value === 55,
  );
  expect((await client.get(`/api/v1/devices/${by}`)).status).toBe(404);

  // Out of use it says nothing to anybody, also after a kill, and is no newcomer again.
  const eight = ids.get('sensor 8') ?? '';
  expect((await client.post(`/api/v1/devices/${eight}/retire`, {})).status).toBe(200);
  await again();
  await publish(platform, [
    ['zigbee2mqtt/sensor 8', { contact: false }],
    ['zigbee2mqtt/sensor 9', { contact: false }],
  ]);
  await until(
    () => client.get<Record<string, { value: unknown }>>(`/api/v1/devices/${ids.get('sensor 9')}/latest`),
    ({ body }) => body['door-open']?.value === true,
  );
  expect((await client.get(`/api/v1/devices/${eight}/latest`)).body).toMatchObject({
    'door-open': { value: false },
  });
  expect((await unclaimed()).some(({ address }) => address === 'sensor 8')).toBe(false);
});
