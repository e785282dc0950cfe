import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { type FlowNode, tabOf } from '#bench/flows/abuses.ts';
import { HeldServer } from '#tests/support/held-server.ts';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { clearOfEach, raiseOfEach } from './support/alarm-nodes.ts';
import { ApiClient, until } from './support/api-client.ts';
import { childrenOf } from './support/children-of.ts';
import { CommandedDevice } from './support/commanded-device.ts';
import { community, tokens } from './support/community.ts';
import { deploy, patient, press, untilFlows } from './support/flows-platform.ts';
import { RunningPlatform } from './support/running-platform.ts';

// Flows stand behind everything else that the machine does, other tests included.
vi.setConfig({ testTimeout: 1_200_000 });

interface AlarmView {
  readonly key: string;
  readonly state: string;
  readonly postedBy?: string;
}
interface CommandView {
  readonly command: string;
  readonly args: { readonly of?: string };
}

const light = { id: 'light-b3', kind: 'light', place: 'b3', token: 'light-token-1234' };

/** Gridbell with flows of its own, a light that takes commands, and who signs in to it. */
async function open(stack: AsyncDisposableStack) {
  const { path: dataDir } = stack.use(temporaryDirectory());
  const platform = stack.use(
    await RunningPlatform.start({
      dataDir,
      flowsTimings: { ...patient, lookEveryMs: 50, pulseEveryMs: 200, firstWaitMs: 50 },
    }),
  );
  const admin = await ApiClient.signIn(platform);
  await admin.post('/api/v1/import', { ...community, devices: [...community.devices, light] });
  const lamp = stack.use(
    new CommandedDevice({
      username: light.id,
      password: light.token,
      topic: `gridbell/lianfang-1/${light.id}/command`,
      acknowledges: () => true,
    }),
  );
  await lamp.connect(platform.ready.mqtt);
  await untilFlows(admin, ({ state }) => state === 'running');
  let messageId = 0;
  return {
    admin,
    dataDir,
    lamp,
    platform,
    /** Resolves when each is acknowledged. */
    publish: async (device: keyof typeof passwords, all: readonly Readonly<Record<string, unknown>>[]) => {
      using client = await RawMqtt.connect({
        port: platform.ready.mqtt,
        username: device,
        password: passwords[device],
      });
      for (const values of all) {
        messageId += 1;
        await client.publishAcknowledged({
          topic: `gridbell/lianfang-1/${device}/telemetry`,
          payload: JSON.stringify(values),
          messageId,
        });
      }
    },
    /** What a source keeps; resolves when it keeps something. */
    place: (source: string): Promise<{ readonly unfinished: readonly string[] }> =>
      until(
        async () =>
          JSON.parse(
            await readFile(join(dataDir, `flows/gridbell/${source}.json`), 'utf8').catch(() => 'null'),
          ),
        (place) => place !== null,
      ),
  };
}

const passwords = { 'smoke-b3-05': tokens.smoke, 'climate-b3': tokens.climate } as const;

it('the examples run inside Gridbell as they are imported: confined, with the token of that start', async () => {
  await using stack = new AsyncDisposableStack();
  const gateway = stack.use(await HeldServer.start());
  const { admin, dataDir, lamp, place, publish } = await open(stack);
  const folder = 'examples/flows';
  const values: Readonly<Record<string, string>> = { PA_URL: gateway.url, FROM: '-24h', TO: 'now' };
  const imported = readdirSync(folder)
    .flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as FlowNode[])
    .map((node) => {
      const env = node['env'] as readonly { readonly name: string; readonly value: string }[] | undefined;
      return env
        ? { ...node, env: env.map((each) => ({ ...each, value: values[each.name] ?? each.value })) }
        : node;
    });
  // Each brings the same connection: the editor asks, and keeps one.
  await deploy(admin, [...new Map(imported.map((node) => [node['id'], node])).values()]);
  await Promise.all([place('corridor-light-smoke'), place('public-address-alarms')]);

  await publish('smoke-b3-05', [{ smoke: true }]);
  await lamp.has(1);
  await until(
    async () => gateway.requests.length,
    (count) => count === 1,
  );
  expect(JSON.parse(gateway.requests[0]?.body ?? '')).toMatchObject({ zone: 'b3' });
  gateway.requests[0]?.answer();
  await publish('smoke-b3-05', [{ smoke: false }]);
  await lamp.has(2);
  const commands = await admin.all<CommandView>(`/api/v1/devices/${light.id}/commands`);
  expect(commands.map(({ command }) => command)).toEqual(['off', 'on']);

  await publish('climate-b3', [{ temperature: 21.5 }]);
  await until(
    () => admin.get<{ points: unknown[] }>('/api/v1/devices/climate-b3/readings?property=temperature'),
    ({ body }) => body.points.length === 1,
  );
  await press(admin, 'daily-readings-daily');
  const tables = join(dataDir, 'flows/files/readings');
  const text = await until(
    async () => {
      try {
        return readFileSync(join(tables, readdirSync(tables)[0] ?? ''), 'utf8');
      } catch {
        return '';
      }
    },
    (found) => found.endsWith('\n'),
  );
  expect(text).toMatch(/climate-b3.*temperature.*,21\.5,/);
  const { complaints } = await untilFlows(admin, ({ state }) => state === 'running');
  expect(complaints).toEqual([]);
});

/** Each reading raises an alarm under a key of its own; each alarm that is raised, by whomever, has the light told of it, and ended. */
const chain = [
  { id: 'server', type: 'gridbell-server', where: 'here' },
  ...tabOf(
    {
      id: 'readings',
      type: 'gridbell-readings',
      server: 'server',
      device: 'climate-b3',
      property: 'temperature',
      window: '5',
      wires: [['raise']],
    },
    raiseOfEach(),
    {
      id: 'alarms',
      type: 'gridbell-alarms',
      server: 'server',
      change: 'raised',
      rule: 'too-warm',
      window: '5',
      wires: [['command', 'clear']],
    },
    {
      id: 'command',
      type: 'gridbell-command',
      server: 'server',
      device: light.id,
      command: 'on',
      args: '{"of": payload.key}',
      argsType: 'jsonata',
      expiresIn: '5m',
      wires: [[]],
    },
    clearOfEach(),
  ),
];

it('killed in the middle, flows inside Gridbell leave no reading and no alarm undone, and do nothing twice', async () => {
  await using stack = new AsyncDisposableStack();
  const { admin, lamp, place, platform, publish } = await open(stack);
  await deploy(admin, chain);
  await Promise.all([place('readings'), place('alarms')]);
  const raised = () => admin.all<AlarmView>('/api/v1/alarms?rule=too-warm');
  const rounds = 3;
  const each = 30;
  const keysOf = (count: number) =>
    Array.from({ length: count }, (_each, index) => `${index + 1}.5`).toSorted();

  for (let round = 0; round < rounds; round++) {
    const readings = Array.from({ length: each }, (_each, index) => ({
      temperature: round * each + index + 1.5,
    }));
    const sending = publish('climate-b3', readings);
    await until(raised, (alarms) => alarms.length >= round * each + 5);
    const { crashes } = await untilFlows(admin, ({ state }) => state === 'running');
    const [child = 0] = childrenOf(platform.ready.pid);
    process.kill(child, 'SIGKILL');
    await sending;
    await untilFlows(
      admin,
      ({ crashes: now, state }) => now['crashed'] === (crashes['crashed'] ?? 0) + 1 && state === 'running',
    );
  }

  const keys = keysOf(rounds * each);
  const alarms = await until(
    raised,
    (all) => all.length >= keys.length && all.every(({ state }) => state === 'cleared'),
  );
  expect(alarms.map(({ key }) => key).toSorted()).toEqual(keys);
  expect(new Set(alarms.map(({ postedBy }) => postedBy))).toEqual(new Set(['flows']));
  for (const source of ['readings', 'alarms'])
    await until(
      () => place(source),
      ({ unfinished }) => unfinished.length === 0,
    );
  await lamp.has(keys.length);
  const commands = await admin.all<CommandView>(`/api/v1/devices/${light.id}/commands`);
  expect(commands.map(({ args }) => args.of ?? '').toSorted()).toEqual(keys);
  const audit = await admin.all<{ readonly action: string }>('/api/v1/audit');
  expect(audit.filter(({ action }) => action === 'raise-alarm')).toHaveLength(keys.length);
});
