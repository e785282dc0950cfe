import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '#app/config.ts';
import { startPlatform } from '#app/platform.ts';
import { gridbell } from '#tests/cli/terminal.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const community = {
  community: { id: 'c1' },
  mappings: [
    {
      id: 'acme',
      messages: [{ topic: 'acme/{sn}', address: '{sn}', values: [{ property: 'sos', value: true }] }],
    },
  ],
  places: [{ id: 'b1', kind: 'building', parent: 'c1' }],
  devices: [
    { id: 'watch', kind: 'wearable', place: 'b1' },
    { id: 'z1', kind: 'gateway', dialect: 'zigbee2mqtt', topic: 'zigbee2mqtt/#', place: 'b1' },
    { id: 'z1-a', kind: 'door', place: 'b1', gateway: 'z1', address: 'a', unclaimed: true },
    {
      id: 'z1-b',
      kind: 'door',
      place: 'b1',
      gateway: 'z1',
      address: 'b',
      unclaimed: true,
      'probation-until': '2200-01-01T00:00:00Z',
    },
    { id: 'z1-c', kind: 'door', place: 'b1', gateway: 'z1', address: 'c', unclaimed: true },
  ],
};

it('devices come to their places by the command line, one by one and by a list; are replaced, and put out of use', async () => {
  using data = temporaryDirectory();
  const env = {
    GRIDBELL_ADMIN_PASSWORD: 'for this test',
    GRIDBELL_HTTP_PORT: '0',
    GRIDBELL_MQTT_PORT: '0',
    GRIDBELL_MQTT_WS_PORT: '0',
    GRIDBELL_LOG_LEVEL: 'silent',
  };
  const platform = await startPlatform(loadConfig({ env, overrides: { 'data-dir': data.path } }));
  await using _ = { [Symbol.asyncDispose]: () => platform.stop() };
  const run = (...argv: string[]) =>
    gridbell([...argv, '--data-dir', data.path], { env, input: JSON.stringify(community) });
  const file = join(data.path, 'claims.csv');
  expect(await run('import', '-')).toMatchObject({ code: 0 });

  const added = await run('gateway', 'add', 'lora', '--dialect', 'chirpstack', '--place', 'b1');
  expect(added.out).toMatch(/^added lora\ttoken [\w-]{43}$/);
  const own = (mapping: string) =>
    run(
      'gateway',
      'add',
      'own',
      '--dialect',
      'custom',
      '--mapping',
      mapping,
      '--topic',
      'acme/#',
      '--place',
      'b1',
    );
  expect((await own('nobody')).err.join()).toContain('nobody');
  expect(await own('acme')).toMatchObject({ code: 0 });
  expect((await run('export')).out).toMatch(/id: own\b[^{]*mapping: acme/s);
  const gateways = await run('gateway', 'list');
  expect(gateways.out).toMatch(/lora +chirpstack +application\/# +b1 +false +0 +0 +0/);
  expect(gateways.out).toMatch(/z1 +zigbee2mqtt +zigbee2mqtt\/# +b1 +false +0 +3 +0/);
  expect((await run('device', 'unclaimed', '--gateway', 'z1')).out).toMatch(/z1-a +door +z1 +a/);

  expect(await run('device', 'claim', 'z1-a', '--place', 'b1', '--name', '前门', '--live')).toMatchObject({
    code: 0,
    out: 'claimed z1-a at b1',
  });
  const second = await run('device', 'claim', 'z1-a', '--place', 'b1');
  expect(second.code).not.toBe(0);
  expect(second.err.join()).toContain('z1-a is a device already, at b1');

  await writeFile(
    file,
    Buffer.concat([
      Buffer.from('id,place,name\nz1-b,b1,'),
      Buffer.from([0xc7, 0xb0, 0xc3, 0xc5]),
      Buffer.from('\n'),
    ]),
  );
  expect((await run('device', 'claims', file)).err.join()).toContain('save it as "CSV UTF-8"');
  await writeFile(file, 'id,place\nz1-b,moon\n');
  expect((await run('device', 'claims', file)).err.join()).toContain('line 2, place: there is no place moon');
  await writeFile(file, 'id,place\nz1-b,b1\n');
  expect((await run('device', 'claims', file, '--dry-run')).out).toContain(
    '1 would be claimed, 0 would be added',
  );
  expect((await run('device', 'claims', file)).out).toContain('1 claimed, 0 added');

  expect((await run('device', 'replace', 'z1-a', '--by', 'z1-c', '--reason', 'broken')).out).toBe(
    'replaced z1-a',
  );
  expect((await run('device', 'unclaimed')).out).not.toContain('z1-c');
  expect((await run('device', 'replace', 'watch')).out).toMatch(/^replaced watch\ttoken [\w-]{43}$/);
  expect((await run('device', 'go-live', 'z1-b')).out).toBe('z1-b is live');
  expect((await run('device', 'go-live', 'z1-b')).err.join()).toContain('is on no probation');
  expect((await run('device', 'retire', 'z1-b', '--reason', 'taken down')).out).toBe('z1-b is out of use');
  expect((await run('device', 'list')).out).not.toContain('z1-b');
  expect((await run('device', 'put-back', 'z1-b')).out).toBe('z1-b is in use again');
});
