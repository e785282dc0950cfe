import { describe, expect, it } from 'vitest';
import { hour } from '#model/brand.ts';
import type { InboxRecord } from '#model/record.ts';
import { at, change, GatewayEngine, put, says } from '#tests/app/support/gateway-engine.ts';

const ieee = (n: number) => `0x00158d000000000${n}`;
/** What Zigbee2MQTT publishes at `bridge/devices`, retained: who bears which friendly name. */
const lists = (seconds: number, names: Readonly<Record<string, string>>, more: object = {}): InboxRecord =>
  says(
    '',
    seconds,
    {},
    {
      topic: 'zigbee2mqtt/bridge/devices',
      payload: Buffer.from(
        JSON.stringify([
          { ieee_address: '0x00124b0000000000', type: 'Coordinator', friendly_name: 'Coordinator' },
          ...Object.entries(names).map(([ieee_address, friendly_name]) => ({
            ieee_address,
            friendly_name,
            type: 'EndDevice',
          })),
        ]),
      ),
      ...more,
    },
  );
const answers = (seconds: number, from: string, to: string, more: object = {}): InboxRecord =>
  says(
    '',
    seconds,
    { data: { from, to, homeassistant_rename: false }, status: 'ok', ...more },
    {
      topic: 'zigbee2mqtt/bridge/response/device/rename',
    },
  );
const detector = (id: string, address: string, more: object = {}) =>
  put('device', id, { kind: 'smoke-detector', place: 'b2', gateway: 'z1', address, ...more });

const addresses = (engine: GatewayEngine) =>
  Object.fromEntries(engine.carried.map(({ address, id }) => [id, address]));
const standing = (engine: GatewayEngine) =>
  engine.alarms
    .filter(({ state }) => state === 'active')
    .map(({ device, place, rule }) => `${rule} of ${device} at ${place}`);

/** Listed, heard as `hall`; then it is `hall 2` there. */
const known = [
  change(1, [detector('smoke-hall', 'hall')]),
  lists(2, { [ieee(1)]: 'hall', [ieee(2)]: 'kitchen' }),
  says('hall', 3, { smoke: false, battery: 90 }),
] as const;

describe('a device that Zigbee2MQTT renames', () => {
  it('is the same device: what it says under the new name is said of it, in its place', async () => {
    using engine = await GatewayEngine.open();
    engine.take(...known);
    engine.take(
      lists(10, { [ieee(1)]: '大厅 2', [ieee(2)]: 'kitchen' }),
      says('大厅 2', 11, { smoke: true }),
    );
    expect(addresses(engine)).toEqual({ 'smoke-hall': '大厅 2' });
    expect(engine.carried).toMatchObject([{ place: 'b2', formerAddresses: ['hall'] }]);
    expect(standing(engine)).toEqual(['smoke-alarm of smoke-hall at b2']);
    expect(engine.tasks).toMatchObject([{ place: 'b2' }]);
    expect(engine.quarantine).toEqual([]);
    expect(engine.reader.auditTrail({ limit: 5 }).items).toContainEqual(
      expect.objectContaining({
        action: 'rename-device',
        target: 'device smoke-hall',
        detail: 'z1 calls "hall" now "大厅 2"',
      }),
    );
  });

  it('is known by what the gateway answers, where its list does not come; an error renames nobody', async () => {
    using engine = await GatewayEngine.open();
    engine.take(change(1, [detector('smoke-hall', 'hall')]), says('hall', 3, { smoke: false }));
    engine.take(
      answers(4, 'hall', 'lost', { status: 'error', error: "Device 'hall' does not exist" }),
      // Its state is published under the new name just before the answer.
      says('hall 2', 5, { smoke: true }),
      answers(6, 'hall', 'hall 2'),
    );
    expect(addresses(engine)).toEqual({ 'smoke-hall': 'hall 2' });
    expect(standing(engine)).toEqual(['smoke-alarm of smoke-hall at b2']);
  });

  it('loses no alarm that comes before the new name is told: that is in its place then', async () => {
    using engine = await GatewayEngine.open();
    engine.take(...known, says('hall 2', 9, { smoke: true, battery: 89 }));
    expect(standing(engine)).toEqual(['smoke-alarm of z1-hall-2 at b1'.replace('z1-hall-2', idOf(engine))]);
    engine.take(lists(10, { [ieee(1)]: 'hall 2', [ieee(2)]: 'kitchen' }), answers(10, 'hall', 'hall 2'));
    expect(addresses(engine)).toEqual({ 'smoke-hall': 'hall 2' });
    expect(standing(engine)).toEqual(['smoke-alarm of smoke-hall at b2']);
    engine.take(says('hall 2', 20, { smoke: false }), says('hall 2', 200, { smoke: false }));
    expect(standing(engine)).toEqual([]);
  });

  it('keeps the alarm that stands, and what is silent is not said to be', async () => {
    using engine = await GatewayEngine.open();
    engine.take(...known, says('hall', 5, { smoke: true }));
    const [alarm] = engine.alarms;
    engine.take(lists(10, { [ieee(1)]: 'hall 2' }));
    expect(engine.alarms).toMatchObject([{ id: alarm?.id, state: 'active', startedAt: at(5) }]);
    engine.take(says('hall 2', 20, { smoke: false }), says('hall 2', 200, { smoke: false }));
    expect(engine.alarms).toMatchObject([{ id: alarm?.id, state: 'cleared' }]);
  });

  it('is known by the name that it has before anybody gives it one: its IEEE address', async () => {
    using engine = await GatewayEngine.open();
    engine.take(
      change(1, [detector('smoke-hall', ieee(1))]),
      lists(10, { [ieee(1)]: 'hall' }),
      says('hall', 11, { smoke: true }),
    );
    expect(standing(engine)).toEqual(['smoke-alarm of smoke-hall at b2']);
  });

  it('keeps what it is where nobody has claimed it, and where it is out of use', async () => {
    using engine = await GatewayEngine.open();
    engine.take(lists(1, { [ieee(1)]: ieee(1), [ieee(2)]: 'shed' }), says(ieee(1), 2, { water_leak: true }));
    engine.take(change(3, [detector('smoke-shed', 'shed', { retired: '2026-03-04T03:00:00Z' })]));
    const id = `z1-${ieee(1)}`;
    expect(engine.carried).toMatchObject([{ id: 'smoke-shed' }, { id, name: ieee(1) }]);
    engine.take(
      lists(10, { [ieee(1)]: 'cellar', [ieee(2)]: 'shed 2' }),
      says('cellar', 11, { water_leak: true }),
      says('shed 2', 12, { smoke: true }),
    );
    expect(engine.carried).toMatchObject([
      { id: 'smoke-shed', address: 'shed 2' },
      { id, address: 'cellar', name: 'cellar', unclaimed: true },
    ]);
    expect(standing(engine)).toEqual([`water-leak of ${id} at b1`]);
  });

  it('may change names with another, also while nobody listened', async () => {
    using engine = await GatewayEngine.open();
    engine.take(
      change(1, [detector('a', 'one'), detector('b', 'two'), detector('c', 'three')]),
      lists(2, { [ieee(1)]: 'one', [ieee(2)]: 'two', [ieee(3)]: 'three' }),
      lists(3, { [ieee(1)]: 'two', [ieee(2)]: 'three', [ieee(3)]: 'one' }),
      says('three', 4, { smoke: true }),
    );
    expect(addresses(engine)).toEqual({ a: 'two', b: 'three', c: 'one' });
    expect(standing(engine)).toEqual(['smoke-alarm of b at b2']);
  });

  it('does not take the name of a device that is somebody’s; when that is free, it does', async () => {
    using engine = await GatewayEngine.open();
    engine.take(
      ...known,
      change(5, [detector('by-hand', 'hall 2')]),
      lists(10, { [ieee(1)]: 'hall 2' }),
      answers(10, 'hall', 'hall 2'),
    );
    expect(addresses(engine)).toEqual({ 'by-hand': 'hall 2', 'smoke-hall': 'hall' });
    engine.take(
      change(11, [{ op: 'delete', resource: 'device', id: 'by-hand' }]),
      lists(12, { [ieee(1)]: 'hall 2' }),
    );
    expect(addresses(engine)).toEqual({ 'smoke-hall': 'hall 2' });
  });

  it('takes the name of a device that is out of use: nobody heard it otherwise', async () => {
    using engine = await GatewayEngine.open();
    engine.take(
      ...known,
      change(5, [detector('put-away', 'hall 2', { retired: '2026-03-04T03:00:00Z' })]),
      lists(10, { [ieee(1)]: 'hall 2' }),
      says('hall 2', 11, { smoke: true }),
    );
    expect(addresses(engine)).toEqual({ 'smoke-hall': 'hall 2' });
    expect(standing(engine)).toEqual(['smoke-alarm of smoke-hall at b2']);
    const { body } = engine.reader.get('device', 'put-away') ?? {};
    expect(body).toMatchObject({ retired: expect.any(String), formerAddresses: ['hall 2'] });
    expect(body).not.toHaveProperty('gateway');
  });

  it('takes nothing over from another thing that had its new name', async () => {
    using engine = await GatewayEngine.open();
    engine.take(
      ...known,
      says('kitchen', 4, { smoke: true }),
      // That of the kitchen left the network; its name goes to that of the hall.
      lists(10, { [ieee(1)]: 'kitchen' }),
    );
    expect(addresses(engine)).toEqual({ 'smoke-hall': 'kitchen' });
    expect(standing(engine)).toEqual([]);
  });

  it('stays who it is when another thing gets the name that it had', async () => {
    using engine = await GatewayEngine.open();
    engine.take(
      ...known,
      lists(10, { [ieee(1)]: 'hall (old)', [ieee(3)]: 'hall' }),
      says('hall', 11, { smoke: true }),
      // The old one is paired anew, and has its first name again.
      lists(12, { [ieee(3)]: 'hall' }),
      lists(13, { [ieee(3)]: 'hall', [ieee(1)]: ieee(1) }),
    );
    expect(addresses(engine)).toEqual({ 'smoke-hall': ieee(1), 'z1-hall': 'hall' });
    expect(standing(engine)).toEqual(['smoke-alarm of z1-hall at b1']);
  });

  it('of one gateway is nothing to another that knows the same address or names', async () => {
    using engine = await GatewayEngine.open();
    const other = { sender: 'z2', client: 'z2' };
    engine.take(
      change(0, [
        put('device', 'z2', { kind: 'gateway', dialect: 'zigbee2mqtt', topic: 'zigbee2mqtt/#', place: 'b1' }),
      ]),
      ...known,
      lists(10, { [ieee(1)]: 'stolen' }, other),
      lists(11, { [ieee(1)]: 'stolen again' }, other),
      { ...answers(12, 'hall', 'mine'), ...other } as InboxRecord,
    );
    expect(addresses(engine)).toEqual({ 'smoke-hall': 'hall' });
  });

  it('is followed so often within an hour and no more, loudly', async () => {
    using engine = await GatewayEngine.open();
    engine.take(...known);
    engine.take(
      ...Array.from({ length: 200 }, (_, n) => lists(10 + n, { [ieee(1)]: n % 2 === 0 ? 'x' : 'y' })),
    );
    expect(engine.reader.get('device', 'smoke-hall')?.version).toBe(1 + 120);
    expect(engine.quarantine[0]).toMatchObject({
      reason: 'unknown-device',
      detail: expect.stringContaining('120 times within an hour'),
    });
    engine.take(lists(20 + hour / 1_000, { [ieee(1)]: 'x' }));
    engine.take(lists(21 + hour / 1_000, { [ieee(1)]: 'the last' }));
    expect(addresses(engine)).toEqual({ 'smoke-hall': 'the last' });
  });

  it.each([
    ['no list', { devices: [] }],
    ['entries that are none', [null, 7, 'x', [], {}, { ieee_address: 1, friendly_name: 2 }]],
    ['numbers that are none', [{ ieee_address: 'hall', friendly_name: 'x', type: 'Router' }]],
    ['prototypes', [{ ieee_address: '__proto__', friendly_name: '__proto__' }]],
    ['names that are none', [{ ieee_address: ieee(1), friendly_name: 'y'.repeat(129) }]],
    ['an empty name', [{ ieee_address: ieee(1), friendly_name: '' }]],
  ])('is not renamed by %s', async (_what, payload) => {
    using engine = await GatewayEngine.open();
    const word = { topic: 'zigbee2mqtt/bridge/devices', payload: Buffer.from(JSON.stringify(payload)) };
    engine.take(...known, says('', 10, {}, word), says('hall', 11, { smoke: true }));
    expect(addresses(engine)).toEqual({ 'smoke-hall': 'hall' });
    expect(standing(engine)).toEqual(['smoke-alarm of smoke-hall at b2']);
  });

  it('comes to the same whenever the platform is killed', async () => {
    const story: readonly InboxRecord[] = [
      ...known,
      says('hall 2', 9, { smoke: true, battery: 89 }),
      lists(10, { [ieee(1)]: 'hall 2', [ieee(2)]: 'hall' }),
      answers(10, 'hall', 'hall 2'),
      says('hall 2', 12, { smoke: true }),
      says('hall', 13, { smoke: false }),
      lists(14, { [ieee(1)]: 'hall', [ieee(2)]: 'hall 2' }),
      says('hall', 15, { smoke: false }),
      says('hall', 300, { smoke: false }),
    ];
    const lived = (engine: GatewayEngine) => ({
      devices: engine.carried,
      alarms: engine.alarms.map(({ clearedAt, device, id, startedAt, tasks }) => ({
        clearedAt,
        device,
        id,
        startedAt,
        tasks,
      })),
      audit: engine.reader.auditTrail({ limit: 100 }).items.map(({ action, detail }) => [action, detail]),
    });
    using undisturbed = await GatewayEngine.open();
    const expected = lived(undisturbed.take(...story));
    expect(expected.devices.map(({ address, id }) => [id, address])).toEqual([
      ['smoke-hall', 'hall'],
      [expect.any(String), 'hall 2'],
    ]);
    for (const [index] of story.entries()) {
      using lost = await GatewayEngine.open();
      lost.take(...story.slice(0, index));
      lost.step(...story.slice(index, index + 2)).crash();
      expect(lived(lost.take(...story.slice(index + 2)))).toEqual(expected);
    }
    using often = await GatewayEngine.open();
    for (const record of story) often.take(record).crash();
    expect(lived(often)).toEqual(expected);
  });
});

describe('a command that waits while its device is renamed', () => {
  const asks = (seconds: number): InboxRecord =>
    ({
      type: 'command',
      at: at(seconds),
      id: `ask-${seconds}`,
      actor: { kind: 'system', id: 'system' },
      command: {
        name: 'command-device',
        device: 'siren-hall',
        id: 'c-1',
        command: 'siren',
        args: {},
        expiresInMs: 60_000,
      },
    }) as unknown as InboxRecord;

  it('goes to the new name', async () => {
    using engine = await GatewayEngine.open();
    engine.take(
      change(1, [
        put('device', 'siren-hall', { kind: 'siren', place: 'b2', gateway: 'z1', address: 'hall' }),
      ]),
      lists(2, { [ieee(1)]: 'hall' }),
      asks(3),
    );
    expect(engine.reader.deviceCommand('siren-hall', 'c-1')?.via?.topic).toBe('zigbee2mqtt/hall/set');
    engine.take(lists(4, { [ieee(1)]: 'hall 2' })).crash();
    expect(engine.reader.deviceCommand('siren-hall', 'c-1')).toMatchObject({
      state: 'waiting',
      via: { carrier: 'z1', topic: 'zigbee2mqtt/hall 2/set' },
    });
  });
});

const idOf = (engine: GatewayEngine): string =>
  engine.carried.find(({ address }) => address === 'hall 2')?.id ?? '';
