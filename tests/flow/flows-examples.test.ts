import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { HeldServer } from '#tests/support/held-server.ts';
import type { FlowNode } from '#tests/support/node-red.ts';
import { until } from './support/api-client.ts';
import { CommandedDevice } from './support/commanded-device.ts';
import { FlowStage } from './support/flow-stage.ts';

const run = promisify(execFile);
const folder = 'examples/flows';

/** An example as somebody imports it, with the values of the tab's environment that the test wants. */
const example = async (name: string, environment: Readonly<Record<string, string>>): Promise<FlowNode[]> => {
  const nodes = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as FlowNode[];
  return nodes
    .filter(({ type }) => type !== 'gridbell-server')
    .map((node) => {
      if (node.type !== 'tab') return node;
      const env = node['env'] as readonly { readonly name: string; readonly value: string }[];
      return { ...node, env: env.map((each) => ({ ...each, value: environment[each.name] ?? each.value })) };
    });
};

it('the packed palette installs into a stock Node-RED, and every example runs there with an API token', async () => {
  await using stack = new AsyncDisposableStack();
  const userDir = await mkdtemp(join(tmpdir(), 'gridbell-installed-'));
  stack.defer(() => rm(userDir, { recursive: true, force: true }));
  const packed = join(userDir, 'packed');
  await mkdir(packed);
  await run('npm', ['pack', resolve('rules/node-red'), '--pack-destination', packed], { cwd: userDir });
  const [tarball = ''] = await readdir(packed);
  await run(
    'npm',
    ['install', join(packed, tarball), '--offline', '--no-audit', '--no-fund', '--prefix', userDir],
    {
      cwd: userDir,
    },
  );

  const stage = stack.use(await FlowStage.open({ userDir, palette: 'installed' }, 'community-duty'));
  const gateway = stack.use(await HeldServer.start());
  await stage.admin.post('/api/v1/import', {
    devices: [{ id: 'light-b3', kind: 'light', place: 'b3', token: 'light-token-1234' }],
  });
  using light = new CommandedDevice({
    username: 'light-b3',
    password: 'light-token-1234',
    topic: 'gridbell/lianfang-1/light-b3/command',
    acknowledges: () => true,
  });
  await light.connect(stage.platform.ready.mqtt);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
  expect(files.toSorted()).toEqual(['corridor-light.json', 'daily-readings.json', 'public-address.json']);
  const nodes = await Promise.all(
    files.map((file) =>
      example(file.replace('.json', ''), {
        PA_URL: `${gateway.url}/speak`,
        FOLDER: join(userDir, 'tables'),
        PLACE: 'b3',
        FROM: '-24h',
        TO: 'now',
      }),
    ),
  );
  await stage.nodeRed.deploy([{ ...stage.server, id: 'gridbell-example-server' }, ...nodes.flat()]);
  expect(stage.nodeRed.output).not.toMatch(/missing types|error/i);
  await Promise.all([stage.place('corridor-light-smoke'), stage.place('public-address-alarms')]);

  // A light, and speech.
  await stage.publish('smoke-b3-05', { smoke: true });
  await until(
    async () => light.received.length,
    (count) => count === 1,
  );
  await until(
    async () => gateway.requests.length,
    (count) => count === 1,
  );
  const [asked] = gateway.requests;
  expect(JSON.parse(asked?.body ?? '')).toMatchObject({
    zone: 'b3',
    text: { zh: expect.stringContaining('b3') },
  });
  asked?.answer(503);
  await until(
    async () => gateway.requests.length,
    (count) => count === 2,
  );
  expect(gateway.requests[1]?.body).toBe(asked?.body);
  gateway.requests[1]?.answer();
  await stage.publish('smoke-b3-05', { smoke: false });
  await until(
    async () => light.received.length,
    (count) => count === 2,
  );
  const commands = await stage.admin.all<{ command: string }>('/api/v1/devices/light-b3/commands');
  expect(commands.map(({ command }) => command)).toEqual(['off', 'on']);

  // A table of the day.
  await stage.publish('climate-b3', { temperature: 21.5, humidity: 40 });
  await until(
    () => stage.admin.get<{ points: unknown[] }>('/api/v1/devices/climate-b3/readings?property=humidity'),
    ({ body }) => body.points.length === 1,
  );
  await fetch(`${stage.nodeRed.url}/inject/daily-readings-daily`, { method: 'POST' });
  const [table = ''] = await until(
    () => readdir(join(userDir, 'tables')).catch(() => []),
    (found) => found.length === 1,
  );
  expect(table).toMatch(/^readings-\d{4}-\d\d-\d\d\.csv$/);
  const text = await until(
    () => readFile(join(userDir, 'tables', table), 'utf8'),
    (found) => found.trim() !== '' && found.endsWith('\n'),
  );
  expect(text).toMatch(/climate-b3.*temperature.*,21\.5,/);
  expect(text).toMatch(/climate-b3.*humidity.*,40,/);
  await until(
    async () => [await stage.place('corridor-light-smoke'), await stage.place('public-address-alarms')],
    (places) => places.every(({ unfinished }) => unfinished.length === 0),
  );
});

it('the palette says the same in both languages', async () => {
  const locales = 'rules/node-red/nodes/locales';
  const keysOf = (value: unknown, path = ''): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, each]) => keysOf(each, `${path}.${key}`))
      : [path];
  const english = (await readdir(join(locales, 'en-US'))).toSorted();
  expect((await readdir(join(locales, 'zh-CN'))).toSorted()).toEqual(english);
  const { nodes } = (JSON.parse(await readFile('rules/node-red/package.json', 'utf8')) as never)[
    'node-red'
  ] as {
    nodes: Record<string, string>;
  };
  for (const node of Object.keys(nodes)) expect(english).toContain(`${node}.html`);
  for (const file of english.filter((each) => each.endsWith('.json'))) {
    const read = async (language: string) =>
      keysOf(JSON.parse(await readFile(join(locales, language, file), 'utf8')));
    expect(await read('zh-CN'), file).toEqual(await read('en-US'));
  }
});
