import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

const run = promisify(execFile);
const token = 'gateway-token-1234';
const gateway = {
  id: 'gw-acme',
  kind: 'gateway',
  dialect: 'custom',
  mapping: 'acme',
  topic: 'acme/#',
  place: 'b3',
  token,
};
const carried = ['d1', 'd2'].map((address) => ({
  id: `door-${address}`,
  kind: 'door',
  place: 'b3',
  gateway: gateway.id,
  address,
}));
const mapping = (words: object, unit: string) => ({
  id: 'acme',
  messages: [
    {
      topic: 'acme/{hub}/doors',
      each: '$[*]',
      address: '@.sn',
      time: { at: '@.t', as: 'ms' },
      values: [
        { property: 'door-open', at: '@.lid', words },
        { property: 'temperature', at: '@.temp', unit },
      ],
    },
  ],
});

const changesOf = ({ messages }: ReturnType<typeof mapping>) => ({ messages });

interface Entry {
  readonly device: string;
  readonly reason: string;
  readonly property: string | null;
  readonly payload: string;
}
interface Points {
  readonly points: readonly { readonly value: unknown }[];
}

async function publish(platform: RunningPlatform, payload: unknown): Promise<void> {
  const { mqtt } = platform.ready;
  const to = ['-h', '127.0.0.1', '-p', String(mqtt), '-u', gateway.id, '-P', token, '-q', '1'];
  await run('mosquitto_pub', [...to, '-t', 'acme/h1/doors', '-m', JSON.stringify(payload)]);
}

it('what a mapping could not read becomes readings by the mended one, for each device by itself and once', async () => {
  using directory = temporaryDirectory();
  await using platform = await RunningPlatform.start({ dataDir: directory.path });
  const admin = await ApiClient.signIn(platform);
  const { mapping: _, ...unnamed } = gateway;
  const astray = await admin.post<{ code?: string }>('/api/v1/import', {
    ...community,
    devices: [...community.devices, { ...unnamed, mapping: 'nowhere' }],
  });
  expect(astray).toMatchObject({ status: 422, body: { code: 'unknown-reference' } });
  const imported = await admin.post<{ detail?: string }>('/api/v1/import', {
    ...community,
    mappings: [mapping({ open: true, shut: false }, 'Cel')],
    devices: [...community.devices, gateway, ...carried],
  });
  expect(imported.body.detail).toBeUndefined();
  const held = async (query = '') =>
    (await admin.get<{ items: readonly Entry[] }>(`/api/v1/quarantine?state=held${query}`)).body.items;
  const values = async (device: string, property: string) => {
    const { body } = await admin.get<Points>(
      `/api/v1/devices/${device}/readings?property=${property}&from=2026-01-01T00:00:00Z&to=2100-01-01T00:00:00Z`,
    );
    return body.points.map(({ value }) => value);
  };
  const replay = async (filter: object) =>
    (await admin.post<unknown>('/api/v1/quarantine/replay', { filter })).body;

  // As its maker has it: tenths of a degree of Fahrenheit, far beyond what Celsius allows.
  const at = Date.now();
  const message = [
    { sn: 'd1', t: at, lid: 'AJAR', temp: 2_900 },
    { sn: 'd2', t: at + 1, lid: 'open', temp: 21.5 },
    { t: at + 2, lid: 'shut', temp: 20 },
  ];
  await publish(platform, message);
  await until(held, (items) => items.length === 3);
  const before = await held();
  expect(before.map(({ device, property, reason }) => `${device} ${reason} ${property}`).sort()).toEqual([
    'door-d1 out-of-range door-open',
    'door-d1 out-of-range temperature',
    'gw-acme malformed null',
  ]);
  for (const { payload } of before)
    expect(JSON.parse(Buffer.from(payload, 'base64').toString())).toEqual(message);

  // Nothing is mended yet: what comes back is there once.
  expect(await replay({ device: 'gw-acme' })).toEqual({
    asked: 1,
    outcome: { replayed: 1, read: 0, readings: 0, returned: 1, missing: [] },
  });
  expect(await held()).toHaveLength(3);

  await admin.send(
    'PATCH',
    '/api/v1/mappings/acme',
    changesOf(mapping({ open: true, shut: false, ajar: true }, '[degF]')),
  );
  expect(await replay({ device: 'door-d1', property: 'door-open' })).toEqual({
    asked: 1,
    outcome: { replayed: 1, read: 1, readings: 1, returned: 0, missing: [] },
  });
  expect(await held('&device=door-d1')).toMatchObject([{ property: 'temperature' }]);
  const repaired = mapping({ open: true, shut: false, ajar: true }, '[degF]');
  const [part] = repaired.messages;
  const values2 = part?.values.map((value) =>
    value.property === 'temperature' ? { ...value, factor: 0.1 } : value,
  );
  await admin.send('PATCH', '/api/v1/mappings/acme', { messages: [{ ...part, values: values2 }] });
  expect(await replay({ device: 'door-d1' })).toMatchObject({
    asked: 1,
    outcome: { read: 1, readings: 1, returned: 0 },
  });
  // Whose the third is, nobody can tell by this mapping either.
  expect(await held()).toMatchObject([{ device: 'gw-acme' }]);
  await until(
    () => values('door-d1', 'temperature'),
    (points) => points.length > 0,
  );
  // 290 °F; what was read when it came first was not read a second time.
  expect(await values('door-d1', 'temperature')).toEqual([143.333333333]);
  expect(await values('door-d1', 'door-open')).toEqual([true]);
  expect(await values('door-d2', 'door-open')).toEqual([true]);
});
