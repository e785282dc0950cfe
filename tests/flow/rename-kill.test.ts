import mqtt from 'mqtt';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const token = 'zigbee-token-1234';
const carrying = {
  ...community,
  devices: [
    ...community.devices,
    { id: 'z2m-1', kind: 'gateway', dialect: 'zigbee2mqtt', topic: 'zigbee2mqtt/#', place: 'g1', token },
    { id: 'smoke-hall', kind: 'smoke-detector', place: 'b3-0502', gateway: 'z2m-1', address: 'hall' },
  ],
};
const number = '0x00158d00018255df';

interface AlarmView {
  readonly device: string;
  readonly place: string;
  readonly state: string;
  readonly tasks: readonly string[];
}
interface Items<T> {
  readonly items: readonly T[];
}

/** Zigbee2MQTT on one connection; each word is on disk when it is acknowledged. */
async function zigbee2mqtt({ ready }: RunningPlatform) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${ready.mqtt}`, {
    username: 'z2m-1',
    password: token,
    clientId: 'zigbee2mqtt',
    reconnectPeriod: 0,
  });
  const say = (topic: string, said: unknown, retain = false) =>
    client.publishAsync(`zigbee2mqtt/${topic}`, JSON.stringify(said), { qos: 1, retain });
  return {
    say,
    lists: (name: string) =>
      say(
        'bridge/devices',
        [
          { ieee_address: '0x00124b001cdd4321', type: 'Coordinator', friendly_name: 'Coordinator' },
          // As large as a house of them is there.
          ...Array.from({ length: 150 }, (_, index) => ({
            ieee_address: `0x00158d01${String(index).padStart(8, '0')}`,
            type: 'EndDevice',
            friendly_name: `other ${index}`,
            definition: { description: 'x'.repeat(1_000) },
          })),
          { ieee_address: number, type: 'EndDevice', friendly_name: name },
        ],
        true,
      ),
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}

it('a smoke detector that is renamed in Zigbee2MQTT is the same through a kill at each step, and its smoke has a task in its place', async () => {
  await using stack = new AsyncDisposableStack();
  const { path: dataDir } = stack.use(temporaryDirectory());
  let platform = await RunningPlatform.start({ dataDir });
  stack.defer(() => platform.kill());
  let admin = await ApiClient.signIn(platform);
  expect((await admin.post('/api/v1/import', carrying)).status).toBe(200);
  const killed = async (say: (gateway: Awaited<ReturnType<typeof zigbee2mqtt>>) => Promise<unknown>) => {
    await using gateway = await zigbee2mqtt(platform);
    await say(gateway);
    await platform.kill();
    platform = await RunningPlatform.start({ dataDir });
    admin = await ApiClient.signIn(platform);
  };
  const alarms = async () =>
    (await admin.get<Items<AlarmView>>('/api/v1/alarms?rule=smoke-alarm')).body.items;

  // Nothing is known of its address but by this list.
  await killed((gateway) => gateway.lists('hall'));
  await killed(({ say }) => say('hall', { smoke: false, battery: 90 }));
  // It is renamed, and says smoke before that is told: an alarm, wherever it is.
  await killed(({ say }) => say('hall 2', { smoke: true, battery: 90 }));
  const [early] = await until(alarms, ({ length }) => length === 1);
  expect(early).toMatchObject({ place: 'g1', state: 'active', tasks: [expect.any(String)] });
  await killed((gateway) => gateway.lists('hall 2'));

  const standing = await until(alarms, (all) => all.some(({ device }) => device === 'smoke-hall'));
  expect(standing).toMatchObject([
    { device: 'smoke-hall', place: 'b3-0502', state: 'active', tasks: [expect.any(String)] },
    { device: early?.device, state: 'cleared' },
  ]);
  expect((await admin.get('/api/v1/devices/smoke-hall')).body).toMatchObject({
    address: 'hall 2',
    place: 'b3-0502',
    formerAddresses: ['hall'],
  });
  expect((await admin.get<Items<object>>('/api/v1/devices/unclaimed')).body.items).toEqual([]);

  // The answer to who renamed it comes last, and changes nothing; what it says then is of it alone.
  await using gateway = await zigbee2mqtt(platform);
  await gateway.say('bridge/response/device/rename', { data: { from: 'hall', to: 'hall 2' }, status: 'ok' });
  await gateway.say('hall 2', { smoke: true, battery: 88 });
  await until(
    async () => (await admin.get<{ battery?: { value: number } }>('/api/v1/devices/smoke-hall/latest')).body,
    ({ battery }) => battery?.value === 88,
  );
  expect(await alarms()).toHaveLength(2);
  expect(await platform.stop()).toBe(0);
});
