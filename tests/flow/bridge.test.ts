import mqtt from 'mqtt';
import { expect, it } from 'vitest';
import { freePort } from '#bench/server/free-port.ts';
import { RunningMosquitto } from '#tests/support/mosquitto.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const gateway = { id: 'z2m-1', kind: 'gateway', dialect: 'zigbee2mqtt', topic: 'zigbee2mqtt/#', place: 'b3' };
const token = 'bridge-token-1234';
const behindIt = {
  ...community,
  devices: [
    ...community.devices,
    { ...gateway, token },
    {
      id: 'smoke-kitchen',
      kind: 'smoke-detector',
      place: 'b3-0502',
      gateway: gateway.id,
      address: 'kitchen',
    },
    { id: 'smoke-cellar', kind: 'smoke-detector', place: 'b3', gateway: gateway.id, address: 'cellar' },
    { id: 'climate-hall', kind: 'environment', place: 'b3', gateway: gateway.id, address: 'hall' },
  ],
};

/** As docs/bridges.md has it, but for the time until it connects again. */
const bridge = (name: string, port: number) => `
connection ${name}
address 127.0.0.1:${port}
remote_clientid bridge-${name}
remote_username ${gateway.id}
remote_password ${token}
topic zigbee2mqtt/# out 1
cleansession false
notifications false
bridge_protocol_version mqttv311
keepalive_interval 15
restart_timeout 1
`;
const queue = `
max_queued_messages 100000
max_queued_bytes 0
`;

interface AlarmView {
  readonly rule: string;
  readonly state: string;
  readonly key: string;
  readonly receivedLate: boolean;
  readonly tasks: readonly string[];
}
interface PointsView {
  readonly points: readonly { readonly at: string; readonly value: number }[];
}

const startAt = (dataDir: string, mqttPort: number): Promise<RunningPlatform> =>
  RunningPlatform.start({ dataDir, env: { GRIDBELL_MQTT_PORT: String(mqttPort) } });

/** A device of today behind the bridge: MQTT 5, acknowledged by the broker that is beside it. */
const speaker = (broker: RunningMosquitto) =>
  mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    protocolVersion: 5,
    properties: { sessionExpiryInterval: 3_600 },
    clientId: 'coordinator',
    clean: false,
  });

const pointsOf = async (admin: ApiClient): Promise<PointsView['points']> =>
  (await admin.get<PointsView>('/api/v1/devices/climate-hall/readings?property=temperature&limit=10000')).body
    .points;

it('behind a bridge of Mosquitto nothing is lost by a kill -9 of Gridbell, the order is kept, and an alarm that waited is raised', async () => {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(temporaryDirectory());
  const port = await freePort();
  let platform = await startAt(`${directory.path}/gridbell`, port);
  stack.defer(() => platform.kill());
  let admin = await ApiClient.signIn(platform);
  expect((await admin.post('/api/v1/import', behindIt)).status).toBe(200);
  const broker = stack.use(await RunningMosquitto.start(directory.path, queue + bridge('gridbell', port)));
  const device = await speaker(broker);
  stack.defer(() => device.endAsync(true));

  const began = Date.now() - 600_000;
  let next = 0;
  /** Each with a time and a value of its own; resolves when Mosquitto has acknowledged all. */
  const send = async (count: number): Promise<void> => {
    const sent: Promise<unknown>[] = [];
    for (let index = 0; index < count; index++, next++)
      sent.push(
        device.publishAsync(
          'zigbee2mqtt/hall',
          JSON.stringify({ temperature: next / 100, last_seen: new Date(began + next * 50).toISOString() }),
          {
            qos: 1,
            properties: { userProperties: { trace: String(next) }, contentType: 'application/json' },
          },
        ),
      );
    await Promise.all(sent);
  };

  await send(200);
  await until(
    () => pointsOf(admin),
    ({ length }) => length >= 50,
  );
  // In the middle: some are acknowledged, some are under way, the rest comes while nobody is there.
  const more = send(600);
  await until(
    () => pointsOf(admin),
    ({ length }) => length >= 250,
  );
  await platform.kill();
  await more;
  await send(400);
  await device.publishAsync('zigbee2mqtt/kitchen', '{"smoke":true,"battery":90}', { qos: 1 });

  platform = await startAt(`${directory.path}/gridbell`, port);
  admin = await ApiClient.signIn(platform);
  await send(100);
  const points = await until(
    () => pointsOf(admin),
    ({ length }) => length >= next,
  );
  expect(points.map(({ value }) => value)).toEqual(Array.from({ length: next }, (_, index) => index / 100));
  expect(new Set(points.map(({ at }) => at)).size).toBe(next);
  const [alarm] = await until(
    () => admin.all<AlarmView>('/api/v1/alarms?rule=smoke-alarm'),
    (alarms) => alarms.length > 0 && alarms.every(({ tasks }) => tasks.length > 0),
  );
  expect(alarm).toMatchObject({ key: 'smoke-kitchen', state: 'active' });
  expect(await admin.all('/api/v1/alarms?rule=smoke-alarm')).toHaveLength(1);
  expect(await admin.all('/api/v1/quarantine')).toEqual([]);
});

it('what a broker holds retained comes as state when its bridge connects: in history, and no alarm', async () => {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(temporaryDirectory());
  const port = await freePort();
  const broker = stack.use(await RunningMosquitto.start(directory.path, queue + bridge('gridbell', port)));
  const device = await speaker(broker);
  stack.defer(() => device.endAsync(true));
  const seen = new Date(Date.now() - 3_600_000).toISOString();
  for (const [address, state] of [
    ['hall', { temperature: 21.5, last_seen: seen }],
    ['cellar', { smoke: true, last_seen: seen }],
    ['bridge/state', { state: 'online' }],
  ] as const)
    await device.publishAsync(`zigbee2mqtt/${address}`, JSON.stringify(state), { qos: 1, retain: true });

  const platform = stack.use(await startAt(`${directory.path}/gridbell`, port));
  const admin = await ApiClient.signIn(platform);
  expect((await admin.post('/api/v1/import', behindIt)).status).toBe(200);
  const latest = await until(
    () => admin.get<Record<string, { value: unknown }>>('/api/v1/devices/smoke-cellar/latest'),
    ({ body }) => body['smoke'] !== undefined,
  );
  expect(latest.body['smoke']?.value).toBe(true);
  await until(
    () => pointsOf(admin),
    ({ length }) => length > 0,
  );
  // A danger that is news to Gridbell is looked at by somebody, and is no alarm.
  const tasks = await until(
    () => admin.all<{ title: unknown; alarms: readonly string[]; place: string }>('/api/v1/tasks'),
    ({ length }) => length > 0,
  );
  expect(tasks).toMatchObject([{ place: 'b3', alarms: [] }]);
  expect(await admin.all('/api/v1/alarms?rule=smoke-alarm')).toEqual([]);

  // What is said after that is an event.
  await device.publishAsync('zigbee2mqtt/kitchen', '{"smoke":true}', { qos: 1 });
  await until(
    () => admin.all<AlarmView>('/api/v1/alarms?rule=smoke-alarm'),
    (alarms) => alarms.some(({ key }) => key === 'smoke-kitchen'),
  );
});

it('an edge Gridbell raises its alarms while the central one is away, and the central one has all of it afterwards', async () => {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(temporaryDirectory());
  const [edgePort, centralPort] = [await freePort(), await freePort()];
  const edge = stack.use(await startAt(`${directory.path}/edge`, edgePort));
  let central = await startAt(`${directory.path}/central`, centralPort);
  stack.defer(() => central.kill());
  const edgeAdmin = await ApiClient.signIn(edge);
  let centralAdmin = await ApiClient.signIn(central);
  for (const admin of [edgeAdmin, centralAdmin])
    expect((await admin.post('/api/v1/import', behindIt)).status).toBe(200);
  const broker = stack.use(
    await RunningMosquitto.start(
      directory.path,
      queue + bridge('edge', edgePort) + bridge('central', centralPort),
    ),
  );
  const device = await speaker(broker);
  stack.defer(() => device.endAsync(true));
  const send = (temperature: number) =>
    device.publishAsync('zigbee2mqtt/hall', JSON.stringify({ temperature }), { qos: 1 });
  await send(1);
  for (const admin of [edgeAdmin, centralAdmin])
    await until(
      () => pointsOf(admin),
      ({ length }) => length === 1,
    );

  await central.kill();
  await device.publishAsync('zigbee2mqtt/kitchen', '{"smoke":true}', { qos: 1 });
  for (let value = 2; value <= 50; value++) await send(value);
  const smoke = (admin: ApiClient) =>
    until(
      () => admin.all<AlarmView>('/api/v1/alarms?rule=smoke-alarm'),
      (alarms) => alarms.length === 1 && alarms.every(({ tasks }) => tasks.length === 1),
    );
  await smoke(edgeAdmin);
  await until(
    () => pointsOf(edgeAdmin),
    ({ length }) => length === 50,
  );
  central = await startAt(`${directory.path}/central`, centralPort);
  centralAdmin = await ApiClient.signIn(central);
  await smoke(centralAdmin);
  for (const admin of [edgeAdmin, centralAdmin]) {
    const points = await until(
      () => pointsOf(admin),
      ({ length }) => length >= 50,
    );
    expect(points.map(({ value }) => value)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  }
});
