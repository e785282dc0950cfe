import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

/** A certificate of an authority of one's own, for `localhost`. */
function certificateIn(directory: string): { readonly key: string; readonly cert: string } {
  const [key, cert] = [`${directory}/key.pem`, `${directory}/ca.crt`];
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
  execFileSync(
    'openssl',
    [...request.split(' '), '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
    {
      stdio: 'ignore',
    },
  );
  return { key, cert };
}

/** What docs/bridges.md gives to be copied, found by a line of it. */
function documented(line: string): string {
  const blocks = [...readFileSync('docs/bridges.md', 'utf8').matchAll(/^```\n(.*?)^```/gms)].map(
    ([, block = '']) => block,
  );
  const found = blocks.filter((block) => block.split('\n').includes(line));
  expect(found, `one block of docs/bridges.md with ${line}`).toHaveLength(1);
  return (found[0] ?? '').replaceAll('restart_timeout 5 30', 'restart_timeout 1').replaceAll('TOKEN', token);
}

/** The bridge of the page, to a Gridbell of this test, over TLS where there is a certificate. */
const bridgeTo = (port: number, cert?: string): string =>
  documented('connection gridbell')
    .replace('gridbell.example:8883', `${cert === undefined ? '127.0.0.1' : 'localhost'}:${port}`)
    .replace('bridge_capath /etc/ssl/certs', cert === undefined ? '' : `bridge_cafile ${cert}`);

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

const startAt = (
  dataDir: string,
  mqttPort: number,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningPlatform> =>
  RunningPlatform.start({ dataDir, env: { GRIDBELL_MQTT_PORT: String(mqttPort), ...env } });

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
  const { cert, key } = certificateIn(directory.path);
  const start = () =>
    startAt(`${directory.path}/gridbell`, 0, {
      GRIDBELL_MQTTS_PORT: String(port),
      GRIDBELL_TLS_CERT: cert,
      GRIDBELL_TLS_KEY: key,
    });
  let platform = await start();
  stack.defer(() => platform.kill());
  let admin = await ApiClient.signIn(platform);
  expect((await admin.post('/api/v1/import', behindIt)).status).toBe(200);
  const broker = stack.use(await RunningMosquitto.start(directory.path, bridgeTo(port, cert)));
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

  platform = await start();
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
  const broker = stack.use(await RunningMosquitto.start(directory.path, bridgeTo(port)));
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
      documented('connection edge')
        .replace('127.0.0.1:1883', `127.0.0.1:${edgePort}`)
        .replace('gridbell.example:8883', `127.0.0.1:${centralPort}`)
        .replace('bridge_capath /etc/ssl/certs', '')
        .replace(`EDGE-${token}`, token),
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

it('a bridge of both ways takes commands down, and brings nothing that went up', async () => {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(temporaryDirectory());
  const port = await freePort();
  const platform = stack.use(await startAt(`${directory.path}/gridbell`, port));
  const admin = await ApiClient.signIn(platform);
  const siren = { id: 'siren-b3', kind: 'siren', place: 'b3', gateway: gateway.id, address: 'siren' };
  const devices = [...behindIt.devices, siren];
  expect((await admin.post('/api/v1/import', { ...behindIt, devices })).status).toBe(200);
  const both = bridgeTo(port).replace('topic zigbee2mqtt/# out 1', 'topic zigbee2mqtt/# both 1');
  const broker = stack.use(await RunningMosquitto.start(directory.path, both));
  const device = await speaker(broker);
  stack.defer(() => device.endAsync(true));
  const heard: string[] = [];
  device.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
  await device.subscribeAsync('zigbee2mqtt/#', { qos: 1 });

  const path = `/api/v1/devices/${siren.id}`;
  const { status } = await admin.post(`${path}/command`, {
    command: 'siren',
    args: { as: 'alarm' },
    id: 'c-1',
  });
  expect(status).toBe(202);
  await until(
    async () => heard,
    ({ length }) => length > 0,
  );
  await device.publishAsync('zigbee2mqtt/siren', '{"alarm":true}', { qos: 1 });
  await until(
    () => admin.get<{ state: string }>(`${path}/commands/c-1`),
    ({ body }) => body.state === 'answered',
  );
  // A second command comes behind whatever the first answer might have brought back.
  await admin.post(`${path}/command`, { command: 'mute', id: 'c-2' });
  await until(
    async () => heard,
    (all) => all.some((line) => line.includes('silence')),
  );
  expect(heard).toEqual([
    'zigbee2mqtt/siren/set {"alarm":true}',
    'zigbee2mqtt/siren {"alarm":true}',
    'zigbee2mqtt/siren/set {"silence":true}',
  ]);
});

it('a message outside of the filter holds the bridge up until the filter is widened, and what waited behind it comes', async () => {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(temporaryDirectory());
  const port = await freePort();
  const platform = stack.use(await startAt(`${directory.path}/gridbell`, port));
  const admin = await ApiClient.signIn(platform);
  expect((await admin.post('/api/v1/import', behindIt)).status).toBe(200);
  const wide = bridgeTo(port).replace('topic zigbee2mqtt/# out 1', 'topic # out 1');
  const broker = stack.use(await RunningMosquitto.start(directory.path, wide));
  const device = await speaker(broker);
  stack.defer(() => device.endAsync(true));
  const ends = (times: number): Promise<unknown> =>
    until(
      async () => broker.output.split('Client local.bridge-1 closed its connection').length - 1,
      (count) => count >= times,
    );
  await device.publishAsync('elsewhere/1', '{"temperature":1}', { qos: 1 });
  await ends(1);
  // More than Mosquitto sends before it wants an acknowledgement.
  const values = Array.from({ length: 60 }, (_, index) => index);
  for (const value of values)
    await device.publishAsync('zigbee2mqtt/hall', JSON.stringify({ temperature: value }), { qos: 1 });
  await ends(4);
  expect((await pointsOf(admin)).length).toBeLessThan(values.length);
  expect((await admin.send('PATCH', `/api/v1/gateways/${gateway.id}`, { topic: '#' })).status).toBe(200);
  const points = await until(
    () => pointsOf(admin),
    ({ length }) => length >= values.length,
  );
  expect(points.map(({ value }) => value)).toEqual(values);
});
