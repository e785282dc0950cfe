import { expect, it } from 'vitest';
import type { CommandOrder } from '#ingest/dialects/dialect.ts';
import { dialects } from '#ingest/dialects/registry.ts';
import { position } from '#model/brand.ts';
import { gatewayIngest, message, now } from '#tests/ingest/workbench.ts';

const uuid = '0190a5b4-0000-8000-8000-0123456789ab';
const order = (more: Partial<CommandOrder>): CommandOrder => ({
  address: 'one',
  filter: '#',
  command: 'siren',
  args: {},
  number: 7,
  uuid,
  ...more,
});
const write = (dialect: string, more: Partial<CommandOrder>) =>
  dialects.get(dialect)?.commands?.write(order(more));

/** By what each device is known before it is commanded. */
const first: Readonly<Record<string, readonly [topic: string, payload: unknown]>> = {
  zigbee2mqtt: ['zigbee2mqtt/one', { battery: 50 }],
  thingsboard: ['v1/gateway/telemetry', { one: [{ battery: 50 }] }],
  tasmota: ['tele/one/SENSOR', { DS18B20: { Temperature: 20.6 }, TempUnit: 'C' }],
  shelly: ['one/status/switch:0', { output: false }],
  chirpstack: ['application/a1/device/24e124/event/up', { deduplicationId: 'd-0', object: { battery: 50 } }],
  'the-things-stack': ['v3/app@ttn/devices/one/up', { uplink_message: { decoded_payload: { battery: 50 } } }],
};

it('a state of before is no answer: neither what is retained, nor what is read again from quarantine', () => {
  const ingest = gatewayIngest('zigbee2mqtt', 'zigbee2mqtt/#');
  const say = (more: object) =>
    ingest.take(
      message(Buffer.from('{"state":"UNLOCK","battery":5000}'), {
        topic: 'zigbee2mqtt/one',
        at: now,
        ...more,
      }),
      position(1),
      now,
    );
  const { quarantined, replies } = say({});
  expect(replies).toHaveLength(1);
  expect(say({ state: true }).replies).toEqual([]);
  const whole = { ...quarantined[0], device: message('').sender, property: null } as (typeof quarantined)[0];
  const payload = Buffer.from('{"state":"UNLOCK"}');
  expect(ingest.replay({ ...whole, topic: 'zigbee2mqtt/one', payload }, position(2), now).replies).toEqual(
    [],
  );
});

/** What a gateway says of a command. */
function said(dialect: string, filter: string, topic: string, payload: unknown) {
  const ingest = gatewayIngest(dialect, filter);
  const say = (at: string, what: unknown, index: number) =>
    ingest.take(message(Buffer.from(JSON.stringify(what)), { topic: at, at: now }), position(index), now);
  const [known = '', state] = first[dialect] ?? [];
  expect(say(known, state, 1).observations).toHaveLength(1);
  const { quarantined, replies } = say(topic, payload, 2);
  expect(quarantined).toEqual([]);
  return replies.map((reply) => ('said' in reply ? reply.said : reply));
}

it('Zigbee2MQTT is told by set, and answers by the state that it publishes, or by its log', () => {
  expect(write('zigbee2mqtt', { filter: 'home/z/#', address: '3楼/警号', args: { as: 'alarm' } })).toEqual({
    topic: 'home/z/3楼/警号/set',
    payload: { alarm: true },
    answered: 'alarm=true',
    failed: 'alarm',
  });
  expect(write('zigbee2mqtt', { args: { seconds: 30 } })).toMatchObject({
    topic: 'zigbee2mqtt/one/set',
    payload: { warning: { mode: 'emergency', duration: 30 } },
    answered: null,
  });
  expect(write('zigbee2mqtt', { args: { on: false } })).toMatchObject({
    payload: { warning: { mode: 'stop' } },
  });
  expect(write('zigbee2mqtt', { command: 'unlock' })).toMatchObject({
    payload: { state: 'UNLOCK' },
    answered: 'state=UNLOCK',
  });
  expect(said('zigbee2mqtt', 'zigbee2mqtt/#', 'zigbee2mqtt/one', { alarm: true, battery: 80 })).toEqual([
    { key: 'alarm=true', ok: true },
  ]);
  for (const [text, error] of [
    [
      `z2m: Publish 'set' 'alarm' to 'one' failed: 'Error: ZCL command timed out'`,
      'Error: ZCL command timed out',
    ],
    [`z2m: No converter available for 'alarm' on 'one': (true)`, 'it has no such setting'],
  ])
    expect(
      said('zigbee2mqtt', 'zigbee2mqtt/#', 'zigbee2mqtt/bridge/logging', { level: 'error', message: text }),
    ).toEqual([{ key: 'alarm', ok: false, error }]);
});

it.each([
  ['zigbee2mqtt', { args: { seconds: 0 } }],
  ['zigbee2mqtt', { args: { seconds: 1.5 } }],
  ['zigbee2mqtt', { args: { on: 'yes' } }],
  ['zigbee2mqtt', { args: { as: 'else' } }],
  ['zigbee2mqtt', { command: 'downlink' }],
  ['chirpstack', { command: 'siren' }],
  ['chirpstack', { command: 'downlink', filter: 'application/+/#', args: { fPort: 2, data: 'AQ==' } }],
  ['chirpstack', { command: 'downlink', filter: 'application/a/#', args: { fPort: 0, data: 'AQ==' } }],
  ['chirpstack', { command: 'downlink', filter: 'application/a/#', args: { fPort: 2, data: 'no base64!' } }],
  [
    'chirpstack',
    { command: 'downlink', filter: 'application/a/#', args: { fPort: 2, data: 'AQ==', object: {} } },
  ],
  ['the-things-stack', { command: 'downlink', filter: 'v3/#', args: { fPort: 2, data: 'AQ==' } }],
] as const)('%s refuses what it cannot say: %j', (dialect, more) => {
  expect(write(dialect, more)).toEqual({ refused: expect.any(String) });
});

it('ThingsBoard gateways are asked by number', () => {
  expect(write('thingsboard', { args: { on: true } })).toEqual({
    topic: 'v1/gateway/rpc',
    payload: { device: 'one', data: { id: 7, method: 'siren', params: { on: true } } },
    answered: 'rpc 7',
    failed: 'rpc 7',
  });
  const answer = (data: unknown) =>
    said('thingsboard', 'v1/#', 'v1/gateway/rpc', { device: 'one', id: 7, data });
  expect(answer({ success: true })).toMatchObject([{ key: 'rpc 7', ok: true }]);
  expect(answer('done')).toMatchObject([{ key: 'rpc 7', ok: true }]);
  expect(answer({ success: false, error: 'jammed' })).toEqual([{ key: 'rpc 7', ok: false, error: 'jammed' }]);
  // As others with the same filter hear what was asked.
  expect(
    said('thingsboard', 'v1/#', 'v1/gateway/rpc', { device: 'one', data: { id: 7, method: 'x' } }),
  ).toEqual([]);
});

it('ChirpStack gets a downlink under a UUID, and tells of it by that', () => {
  const args = { fPort: 85, data: 'CAAB', confirmed: true };
  const filter = 'application/a1/#';
  expect(write('chirpstack', { command: 'downlink', address: '24e124', filter, args })).toEqual({
    topic: 'application/a1/device/24e124/command/down',
    payload: { id: uuid, devEui: '24e124', confirmed: true, fPort: 85, data: 'CAAB', object: undefined },
    answered: `ack ${uuid}`,
    failed: `nack ${uuid}`,
  });
  const event = (name: string, more: object) =>
    said('chirpstack', filter, `application/a1/device/24e124/event/${name}`, {
      deduplicationId: 'd-1',
      deviceInfo: { devEui: '24e124' },
      ...more,
    });
  expect(event('ack', { queueItemId: uuid, acknowledged: true })).toEqual([{ key: `ack ${uuid}`, ok: true }]);
  expect(event('ack', { queueItemId: uuid, acknowledged: false })).toMatchObject([
    { key: `nack ${uuid}`, ok: false },
  ]);
  expect(event('txack', { queueItemId: uuid })).toEqual([{ key: `txack ${uuid}`, ok: true }]);
  expect(
    event('log', { level: 'ERROR', description: 'payload too long', context: { queue_item_id: uuid } }),
  ).toEqual([{ key: `nack ${uuid}`, ok: false, error: 'payload too long' }]);
  expect(event('log', { level: 'INFO', description: 'x' })).toEqual([]);
});

it('The Things Stack gets a downlink with a correlation id, and tells of it by that', () => {
  const filter = 'v3/app@ttn/#';
  expect(
    write('the-things-stack', { command: 'downlink', filter, args: { fPort: 2, object: { on: true } } }),
  ).toMatchObject({
    topic: 'v3/app@ttn/devices/one/down/push',
    payload: {
      downlinks: [{ f_port: 2, decoded_payload: { on: true }, correlation_ids: [`gridbell:${uuid}`] }],
    },
    answered: `sent ${uuid}`,
  });
  const event = (name: string, more: object) =>
    said('the-things-stack', filter, `v3/app@ttn/devices/one/down/${name}`, {
      end_device_ids: { device_id: 'one' },
      correlation_ids: ['as:downlink:01', `gridbell:${uuid}`],
      ...more,
    });
  expect(event('sent', {})).toEqual([{ key: `sent ${uuid}`, ok: true }]);
  expect(event('ack', {})).toEqual([{ key: `ack ${uuid}`, ok: true }]);
  expect(event('failed', { downlink_failed: { error: { message_format: 'downlink too long' } } })).toEqual([
    { key: `failed ${uuid}`, ok: false, error: 'downlink too long' },
  ]);
  expect(event('queued', {})).toEqual([]);
});

it('Tasmota is told by its power, and says of it what it is then', () => {
  expect(write('tasmota', { command: 'on' })).toMatchObject({
    topic: 'cmnd/one/POWER1',
    payload: 1,
    answered: 'power1=true',
  });
  expect(write('tasmota', { command: 'off', filter: 'tasmota/#', args: { channel: 2 } })).toMatchObject({
    topic: 'tasmota/one/cmnd/POWER2',
    payload: 0,
  });
  for (const [topic, payload] of [
    ['stat/one/RESULT', { POWER: 'ON' }],
    ['stat/one/RESULT', { POWER1: 'ON' }],
  ] as const)
    expect(said('tasmota', '#', topic, payload)).toEqual([{ key: 'power1=true', ok: true }]);
  expect(write('tasmota', { command: 'siren' })).toEqual({ refused: expect.any(String) });
});

it('Shelly is asked by RPC below its own topics, and answers there', () => {
  expect(write('shelly', { command: 'on' })).toEqual({
    topic: 'one/rpc',
    payload: { id: 7, src: 'one/gridbell', method: 'Switch.Set', params: { id: 0, on: true } },
    answered: 'rpc 7',
    failed: 'rpc 7',
  });
  expect(write('shelly', { command: 'off', address: 'one/light:1', filter: 'house/#' })).toMatchObject({
    topic: 'house/one/rpc',
    payload: { src: 'house/one/gridbell/light:1', method: 'Light.Set', params: { id: 1, on: false } },
  });
  expect(write('shelly', { command: 'mute' })).toMatchObject({ payload: { method: 'Smoke.Mute' } });
  expect(write('shelly', { command: 'on', address: 'one/smoke:0' })).toEqual({ refused: expect.any(String) });
  expect(said('shelly', '#', 'one/gridbell/rpc', { id: 7, src: 'one', result: {} })).toEqual([
    { key: 'rpc 7', ok: true, error: undefined },
  ]);
  expect(
    said('shelly', '#', 'one/gridbell/rpc', { id: 7, error: { code: 404, message: 'No handler' } }),
  ).toEqual([{ key: 'rpc 7', ok: false, error: 'No handler' }]);
});
