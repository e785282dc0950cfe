import mqtt from 'mqtt';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

interface CommandView {
  readonly id: string;
  readonly state: string;
  readonly gateway: string | null;
  readonly unanswered?: boolean;
  readonly reply: { readonly ok: boolean; readonly error: string | null } | null;
}
interface Heard {
  readonly topic: string;
  readonly payload: unknown;
}

const token = 'gateway-token-1234';
const devices = [
  ...community.devices,
  { id: 'z2m-1', kind: 'gateway', dialect: 'zigbee2mqtt', topic: 'zigbee2mqtt/#', place: 'b3', token },
  { id: 'tb-1', kind: 'gateway', dialect: 'thingsboard', topic: 'v1/#', place: 'b3', token },
  { id: 'siren-b3', kind: 'siren', place: 'b3', gateway: 'z2m-1', address: 'stairs/siren' },
  { id: 'lamp-b3', kind: 'light', place: 'b3', gateway: 'tb-1', address: 'Lamp A' },
  { id: 'door-b3', kind: 'access-reader', place: 'b3', token: 'door-token-1234' },
  { id: 'lock-b3', kind: 'lock', place: 'b3', gateway: 'z2m-1', address: 'lock' },
];

/** A platform whose time is told by the test, with the community above. */
async function open(stack: AsyncDisposableStack) {
  const directory = stack.use(temporaryDirectory());
  const platform = stack.use(await RunningPlatform.start({ dataDir: directory.path, clock: 'data' }));
  const admin = await ApiClient.signIn(platform);
  const imported = await admin.post('/api/v1/import', { ...community, devices });
  expect(imported.status, JSON.stringify(imported.body)).toBe(200);
  const noon = Date.parse('2030-01-01T12:00:00+08:00');
  const pass = (ms: number) => admin.post('/api/v1/clock/advance', { to: new Date(noon + ms).toISOString() });
  await pass(0);
  return {
    admin,
    pass,
    platform,
    /** A connection as the device that is named, and what comes to it. */
    connect: async (username: string, password: string, filter: string, qos: 0 | 1 = 1) => {
      const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${platform.ready.mqtt}`, {
        username,
        password,
        reconnectPeriod: 0,
      });
      const heard: Heard[] = [];
      client.on('message', (topic, payload) =>
        heard.push({ topic, payload: JSON.parse(payload.toString()) as unknown }),
      );
      stack.defer(() => client.endAsync(true));
      await client.subscribeAsync(filter, { qos });
      return {
        heard,
        got: (count: number) =>
          until(
            async () => heard,
            ({ length }) => length >= count,
          ),
        say: (topic: string, payload: unknown) =>
          client.publishAsync(topic, JSON.stringify(payload), { qos: 1 }),
        end: () => client.endAsync(true),
      };
    },
    command: (device: string, body: object) =>
      admin.post<CommandView & { code?: string; detail?: string }>(`/api/v1/devices/${device}/command`, body),
    reaches: (device: string, id: string, holds: (command: CommandView) => boolean) =>
      until(
        async () => (await admin.get<CommandView>(`/api/v1/devices/${device}/commands/${id}`)).body,
        holds,
      ),
  };
}

describe('a command to a device behind a gateway', () => {
  it('goes out in the words of its dialect, and its answer, its failure and its silence are told', async () => {
    await using stack = new AsyncDisposableStack();
    const { command, connect, pass, reaches } = await open(stack);
    // While nobody is there it waits.
    const first = await command('siren-b3', { command: 'siren', args: { as: 'alarm' }, id: 'c-1' });
    expect(first).toMatchObject({ status: 202, body: { state: 'waiting', gateway: 'z2m-1' } });
    const z2m = await connect('z2m-1', token, 'zigbee2mqtt/+/+/set');
    const other = await connect('tb-1', token, 'v1/gateway/rpc', 0);
    expect(await z2m.got(1)).toEqual([{ topic: 'zigbee2mqtt/stairs/siren/set', payload: { alarm: true } }]);
    await reaches('siren-b3', 'c-1', ({ state }) => state === 'delivered');
    await z2m.say('zigbee2mqtt/stairs/siren', { alarm: true, battery: 90 });
    expect(await reaches('siren-b3', 'c-1', ({ state }) => state === 'answered')).toMatchObject({
      reply: { ok: true, error: null },
      unanswered: false,
    });

    // Its log says what failed.
    await command('siren-b3', { command: 'mute', id: 'c-2' });
    await z2m.got(2);
    await z2m.say('zigbee2mqtt/bridge/logging', {
      level: 'error',
      message: "z2m: Publish 'set' 'silence' to 'stairs/siren' failed: 'Error: no answer'",
    });
    expect((await reaches('siren-b3', 'c-2', ({ state }) => state === 'answered')).reply).toEqual({
      ok: false,
      error: 'Error: no answer',
    });

    // Nobody says anything: its time is over, and that is seen.
    await command('siren-b3', { command: 'siren', args: { as: 'alarm', on: false }, id: 'c-3' });
    await z2m.got(3);
    expect((await reaches('siren-b3', 'c-3', ({ state }) => state === 'delivered')).reply).toBeNull();

    // ThingsBoard is asked by number; at QoS 0 nothing says that it arrived but the answer.
    await command('lamp-b3', { command: 'on', id: 'c-4' });
    const [asked] = await other.got(1);
    expect(asked).toMatchObject({
      topic: 'v1/gateway/rpc',
      payload: { device: 'Lamp A', data: { method: 'on', params: {} } },
    });
    const id = (asked?.payload as { data?: { id?: number } } | undefined)?.data?.id;
    await other.say('v1/gateway/rpc', { device: 'Lamp A', id, data: { success: false, error: 'no power' } });
    expect((await reaches('lamp-b3', 'c-4', ({ state }) => state === 'answered')).reply).toEqual({
      ok: false,
      error: 'no power',
    });
    // Each gateway gets its own.
    expect(z2m.heard).toHaveLength(3);
    expect(other.heard).toHaveLength(1);

    // Away for too long, it is not said any more.
    await z2m.end();
    await command('siren-b3', { command: 'siren', id: 'late', expiresIn: '60s' });
    await pass(60_000);
    await reaches('siren-b3', 'late', ({ state }) => state === 'expired');
    expect(await reaches('siren-b3', 'c-3', () => true)).toMatchObject({
      state: 'delivered',
      unanswered: false,
    });
    await pass(120_001);
    expect(await reaches('siren-b3', 'c-3', () => true)).toMatchObject({
      state: 'delivered',
      unanswered: true,
    });
    await command('siren-b3', { command: 'siren', id: 'good', expiresIn: '60s' });
    const again = await connect('z2m-1', token, 'zigbee2mqtt/#');
    expect(await again.got(1)).toMatchObject([{ payload: { warning: { mode: 'emergency' } } }]);
    await reaches('siren-b3', 'good', ({ state }) => state === 'delivered');
    expect(again.heard).toHaveLength(1);
  });

  it('is refused where its kind, its dialect or its device knows none such', async () => {
    await using stack = new AsyncDisposableStack();
    const { admin, command, connect } = await open(stack);
    for (const [device, body] of [
      ['siren-b3', { command: 'dance' }],
      ['siren-b3', { command: 'lock' }],
      ['siren-b3', { command: 'siren', args: { seconds: 100_000 } }],
      ['lamp-b3', { command: 'siren' }],
    ] as const)
      expect(await command(device, body), device).toMatchObject({
        status: 400,
        body: { code: 'invalid-input' },
      });
    expect(await admin.all(`/api/v1/devices/siren-b3/commands`)).toEqual([]);
    // What waits for a device that is deleted is not said to its gateway any more.
    await command('lamp-b3', { command: 'off', id: 'gone', expiresIn: '1h' });
    expect((await admin.send('DELETE', '/api/v1/devices/lamp-b3')).status).toBeLessThan(300);
    const lamp = { id: 'lamp-2', kind: 'light', place: 'b3', gateway: 'tb-1', address: 'Lamp B' };
    expect((await admin.post('/api/v1/devices', lamp)).status).toBeLessThan(300);
    await command('lamp-2', { command: 'on', id: 'new' });
    const gateway = await connect('tb-1', token, 'v1/gateway/rpc');
    expect(await gateway.got(1)).toMatchObject([{ payload: { device: 'Lamp B' } }]);
    expect((await admin.get<{ items: object[] }>('/api/v1/device-commands')).body.items).toContainEqual({
      name: 'unlock',
      label: { en: 'Unlock', zh: '开锁' },
      kinds: ['lock', 'door', 'access-reader'],
      guarded: true,
    });
    // A device of its own takes any word, as ever.
    expect((await command('climate-b3', { command: 'dance' })).status).toBe(202);
  });
});

describe('a door', () => {
  it('is opened by somebody who looked twice and says why, once, and not after its time', async () => {
    await using stack = new AsyncDisposableStack();
    const { admin, command, connect, pass, platform, reaches } = await open(stack);
    const path = '/api/v1/devices/door-b3/command';
    const unlock = { command: 'unlock' };
    expect(await command('door-b3', unlock)).toMatchObject({
      status: 400,
      body: { code: 'invalid-input' },
    });
    expect(await command('door-b3', { ...unlock, expiresIn: '30s' })).toMatchObject({
      status: 409,
      body: { code: 'confirmation-required' },
    });
    for (const word of ['Unlock', 'open-door', ' OPEN ', 'release', 'dance'])
      expect((await command('door-b3', { command: word, expiresIn: '30s' })).status, word).toBe(400);
    // Nor by another spelling, of a device whose kind takes any word.
    for (const word of ['openDoor', 'open.door', 'DOOR OPEN', 'ｕｎｌｏｃｋ', 'unLatch', 'unlock\u200b'])
      expect((await command('climate-b3', { command: word, expiresIn: '30s' })).status, word).toBe(400);
    expect((await command('climate-b3', { command: 'open_door' })).status).toBe(400);

    // The first step: who may, and why.
    const confirm = (client: ApiClient, device = 'door-b3', reason = 'Fire brigade at the gate') =>
      client.post<{ confirmation: string; id: string; place: string }>(
        `/api/v1/devices/${device}/command/confirmation`,
        { ...unlock, reason },
      );
    const worker = await ApiClient.signIn(platform, 'w-zhou', 'zhou-password');
    const manager = await ApiClient.signIn(platform, 'm-wang', 'wang-password');
    const api = await admin.post<{ token: string }>('/api/v1/tokens', { name: 'flow', role: 'admin' });
    const program = new ApiClient(`http://127.0.0.1:${platform.ready.http}`, api.body.token);
    expect((await confirm(worker)).status).toBe(403);
    expect((await confirm(program)).status).toBe(403);
    expect((await confirm(manager, 'door-b3', ' ')).status).toBe(400);
    expect((await confirm(manager, 'climate-b3')).status).toBe(400);
    const given = await confirm(manager);
    expect(given).toMatchObject({
      status: 201,
      body: { place: 'b3', validForSeconds: 60, connected: false },
    });

    // The second: by the same person, of the same door, the same deed, once.
    const step = (client: ApiClient, to: string, body: object) =>
      client.post<CommandView & { code?: string }>(to, body);
    const refused = { status: 409, body: { code: 'confirmation-required' } };
    const { confirmation, id } = given.body;
    expect(await step(admin, path, { ...unlock, confirmation })).toMatchObject(refused);
    const { confirmation: second } = (await confirm(manager)).body;
    expect(
      await step(manager, '/api/v1/devices/lock-b3/command', { ...unlock, confirmation: second }),
    ).toMatchObject(refused);
    const { confirmation: third } = (await confirm(manager)).body;
    expect((await step(program, path, { ...unlock, confirmation: third })).status).toBe(403);
    const fourth = (await confirm(manager)).body;
    expect(fourth.id).not.toBe(id);
    const opened = await step(manager, path, { ...unlock, confirmation: fourth.confirmation });
    expect(opened).toMatchObject({ status: 202, body: { id: fourth.id, state: 'waiting' } });
    expect(await step(manager, path, { ...unlock, confirmation: fourth.confirmation })).toMatchObject(
      refused,
    );
    const audit = await admin.all<{ action: string; actor: string; detail: string }>('/api/v1/audit');
    expect(audit.find(({ action }) => action === 'command-device')).toMatchObject({
      actor: 'm-wang',
      detail: `unlock (${fourth.id}), confirmed: Fire brigade at the gate`,
    });

    // It reaches the door once, also where nobody acknowledges it.
    const topic = 'gridbell/lianfang-1/door-b3/command';
    const door = await connect('door-b3', 'door-token-1234', topic, 0);
    expect(await door.got(1)).toMatchObject([{ payload: { id: fourth.id, command: 'unlock' } }]);
    await reaches('door-b3', fourth.id, ({ state }) => state === 'sent');
    await door.end();
    const late = (await confirm(manager)).body;
    await step(manager, path, { ...unlock, confirmation: late.confirmation });
    await pass(30_000);
    await reaches('door-b3', late.id, ({ state }) => state === 'expired');
    expect((await reaches('door-b3', fourth.id, ({ state }) => state === 'expired')).reply).toBeNull();
    const back = await connect('door-b3', 'door-token-1234', topic, 1);
    await command('door-b3', { command: 'lock', id: 'lock' });
    expect(await back.got(1)).toMatchObject([{ payload: { id: 'lock' } }]);
    expect(back.heard).toHaveLength(1);
  });
});
