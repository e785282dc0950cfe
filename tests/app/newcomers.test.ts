import { describe, expect, it } from 'vitest';
import { mostUnclaimed, mostUnclaimedInDanger, mostUnclaimedOfLife } from '#app/engine/newcomers.ts';
import { hour } from '#model/brand.ts';
import type { Device } from '#model/community.ts';
import type { InboxRecord } from '#model/record.ts';
import { at, change, GatewayEngine, put, says, setup, tick } from '#tests/app/support/gateway-engine.ts';

const day = (24 * hour) / 1_000;

/** As it is when somebody has said where it is. */
function claimed(device: Device | undefined, isLive = false): object {
  if (!device) throw new Error('there is no device');
  const { guess: _guess, probationUntil, unclaimed: _unclaimed, ...rest } = device;
  return isLive || probationUntil === undefined ? rest : { ...rest, probationUntil };
}

describe('what a gateway carries and nobody knows', () => {
  it('becomes a device where the gateway is, with what it said and a guess of what it is', async () => {
    using engine = await GatewayEngine.open();
    engine.take(
      says('门磁 502', 1, { contact: false, battery: 90 }),
      says('0x00158d0001', 2, { temperature: 21 }),
    );
    expect(engine.carried).toEqual([
      {
        id: 'z1-0x00158d0001',
        kind: 'environment',
        guess: { from: 'properties', because: ['temperature'] },
        name: '0x00158d0001',
        place: 'b1',
        gateway: 'z1',
        address: '0x00158d0001',
        unclaimed: true,
        firstHeard: new Date(at(2)).toISOString(),
        probationUntil: new Date(at(2) + 24 * hour).toISOString(),
      },
      expect.objectContaining({
        id: expect.stringMatching(/^z1-502-[0-9a-f]{8}$/),
        kind: 'door',
        name: '门磁 502',
        address: '门磁 502',
      }),
    ]);
    expect(engine.quarantine).toEqual([]);
    const [door] = engine.carried.filter(({ kind }) => kind === 'door');
    expect(engine.reader.latest(door?.id as never).map(({ property, value }) => [property, value])).toEqual([
      ['battery', 90],
      ['door-open', true],
    ]);
    expect(engine.reader.auditTrail({ limit: 10 }).items.map(({ action }) => action)).toContain(
      'find-device',
    );
  });

  it('of a kind of life safety has its alarm and its task from the first message that says danger', async () => {
    using engine = await GatewayEngine.open();
    engine.take(says('kitchen', 1, { smoke: true, battery: 90 }));
    expect(engine.alarms).toMatchObject([
      { rule: 'smoke-alarm', device: 'z1-kitchen', state: 'active', place: 'b1' },
    ]);
    expect(engine.tasks).toMatchObject([{ place: 'b1', assignee: 'w-1', lifeSafety: true }]);
  });

  it('is seen to be a detector as soon as it says so, also when it said something else first', async () => {
    using engine = await GatewayEngine.open();
    engine.take(says('kitchen', 1, { battery: 90 }));
    expect(engine.carried).toMatchObject([{ kind: 'unknown', guess: { from: 'nothing', because: [] } }]);
    engine.take(says('kitchen', 2, { temperature: 20 }), says('kitchen', 3, { smoke: true }));
    expect(engine.carried).toMatchObject([{ kind: 'smoke-detector', guess: { because: ['smoke'] } }]);
    expect(engine.tasks).toHaveLength(1);
  });

  it('is not taken for one thing and another in turn, whatever of what it says is refused', async () => {
    using engine = await GatewayEngine.open();
    const turns = Array.from({ length: 20 }, (_, n) =>
      says('odd', 1 + n, n % 2 === 0 ? { smoke: ['no', 'value'] } : { temperature: 20 + n }),
    );
    engine.take(...turns);
    expect(engine.carried).toMatchObject([{ kind: 'smoke-detector' }]);
    expect(engine.reader.get('device', 'z1-odd')?.version).toBeLessThan(3);
  });

  it('is a smoke detector when it says smoke, whatever else of it its gateway described', async () => {
    using engine = await GatewayEngine.open();
    const hears = (seconds: number, topic: string, said: object | string) =>
      says(
        '',
        seconds,
        {},
        {
          sender: 'h1',
          client: 'h1',
          topic,
          payload: Buffer.from(typeof said === 'string' ? said : JSON.stringify(said)),
        },
      );
    const describes = (seconds: number, what: string) =>
      hears(seconds, `homeassistant/binary_sensor/hall/${what}/config`, {
        device_class: what,
        state_topic: `hall/${what}`,
        device: { identifiers: ['hall'] },
      });
    engine.take(
      change(1, [
        put('device', 'h1', { kind: 'gateway', dialect: 'home-assistant', topic: '#', place: 'b1' }),
      ]),
      ...['motion', 'smoke', 'carbon_monoxide'].map((what, index) => describes(2 + index, what)),
      hears(5, 'hall/motion', 'ON'),
    );
    expect(engine.carried).toMatchObject([{ kind: 'motion', guess: { from: 'gateway' } }]);
    engine.take(hears(6, 'hall/carbon_monoxide', 'OFF'));
    expect(engine.carried).toMatchObject([{ kind: 'co-detector' }]);
    engine.take(hears(7, 'hall/smoke', 'ON'));
    expect(engine.carried).toMatchObject([{ kind: 'smoke-detector' }]);
    expect(engine.alarms).toMatchObject([{ rule: 'smoke-alarm', state: 'active', tasks: [{}] }]);
    const found = engine.found;
    engine.take(
      ...['motion', 'carbon_monoxide', 'smoke', 'motion', 'smoke'].map((what, index) =>
        hears(8 + index, `hall/${what}`, 'ON'),
      ),
    );
    expect(engine.carried).toMatchObject([{ kind: 'smoke-detector' }]);
    expect(engine.found).toBe(found);
  });

  it('is one thing, whichever of its parts its gateway tells of at the time', async () => {
    using engine = await GatewayEngine.open();
    const hears = (seconds: number, topic: string, said: object) =>
      says(
        '',
        seconds,
        {},
        { sender: 'h1', client: 'h1', topic, payload: Buffer.from(JSON.stringify(said)) },
      );
    const describes = (seconds: number, component: string, what: string, more: object = {}) =>
      hears(seconds, `homeassistant/${component}/hall/${what}/config`, {
        state_topic: 'hall',
        value_template: `{{ value_json.${what} }}`,
        device: { identifiers: ['hall'], model: what },
        ...more,
      });
    engine.take(
      change(1, [
        put('device', 'h1', { kind: 'gateway', dialect: 'home-assistant', topic: '#', place: 'b1' }),
      ]),
      describes(2, 'binary_sensor', 'motion', { device_class: 'motion' }),
      describes(3, 'binary_sensor', 'door', { device_class: 'door' }),
      describes(4, 'sensor', 'words'),
    );
    // What changed, beside words that are no reading.
    for (let n = 0; n < 10; n++)
      engine.take(
        hears(5 + 2 * n, 'hall', { motion: n % 2 === 0 ? 'ON' : 'OFF', words: 'idle' }),
        hears(6 + 2 * n, 'hall', { door: n % 2 === 0 ? 'ON' : 'OFF', words: 'idle' }),
      );
    const [device] = engine.carried;
    expect(device).toMatchObject({ kind: 'motion', guess: { from: 'gateway' } });
    expect(engine.reader.get('device', device?.id ?? '')?.version).toBeLessThan(3);
    expect(engine.found).toBeLessThan(3);
  });

  it('brings no task otherwise, until somebody claimed it and a day has passed; then with the alarm that still stands', async () => {
    using engine = await GatewayEngine.open();
    engine.take(says('cellar', 1, { water_leak: true }), tick(3 * day));
    expect(engine.alarms).toMatchObject([{ device: 'z1-cellar', held: 'unclaimed', tasks: [] }]);
    expect(engine.tasks).toEqual([]);
    const device = claimed(engine.carried[0]);
    engine.take(change(3 * day + 1, [put('device', 'z1-cellar', { ...device, place: 'b2' })]));
    expect(engine.alarms).toMatchObject([{ state: 'active', place: 'b2' }]);
    expect(engine.alarms[0]).not.toHaveProperty('held');
    expect(engine.tasks).toMatchObject([{ place: 'b2', alarms: [engine.alarms[0]?.id] }]);
  });

  it('that is claimed within its first day waits for the rest of it, through crashes', async () => {
    using engine = await GatewayEngine.open();
    engine.take(says('cellar', 1, { water_leak: true }));
    const device = claimed(engine.carried[0]);
    engine.take(change(60, [put('device', 'z1-cellar', device)])).crash();
    engine.take(tick(day)).crash();
    expect(engine.alarms).toMatchObject([{ held: 'probation' }]);
    expect(engine.tasks).toEqual([]);
    engine.take(tick(day + 2));
    expect(engine.tasks).toHaveLength(1);
    engine.crash().take(tick(5 * day));
    expect(engine.tasks).toHaveLength(1);
  });

  it('that is claimed as live brings its task at once; what has cleared meanwhile never does', async () => {
    using engine = await GatewayEngine.open();
    engine.take(says('cellar', 1, { water_leak: true }), says('attic', 2, { water_leak: true }));
    engine.take(says('attic', 3, { water_leak: false }), tick(600));
    const live = engine.carried.map((device) => put('device', device.id, claimed(device, true)));
    engine.take(change(700, live), tick(5 * day));
    expect(engine.tasks.flatMap(({ alarms }) => alarms)).toEqual(
      engine.alarms.filter(({ device }) => device === 'z1-cellar').map(({ id }) => id),
    );
  });

  it('on the clock of the data is as old as what it says, also when it says the first word of all', async () => {
    using engine = await GatewayEngine.open([setup], 'data');
    const then = Date.parse('2024-05-06T07:00:00Z');
    engine.take(says('cellar', 1, { water_leak: true, last_seen: then }));
    expect(engine.carried).toMatchObject([{ firstHeard: '2024-05-06T07:00:00.000Z' }]);
    const live = claimed(engine.carried[0]);
    engine.take(change(2, [put('device', 'z1-cellar', live)]));
    expect(engine.tasks).toEqual([]);
    // A day later by what is said, and at once by the wall clock.
    engine.take(says('attic', 3, { temperature: 20, last_seen: then + 25 * hour }));
    expect(engine.tasks).toHaveLength(1);
  });

  it('is told apart by addresses that are alike as ids, that are long, or that are names of something else', async () => {
    using engine = await GatewayEngine.open();
    const names = [
      'a b',
      'a  b',
      'a-b',
      'a/b',
      '__proto__',
      'constructor',
      'x'.repeat(128),
      `${'x'.repeat(127)}y`,
      '🔥',
      ' ',
    ];
    engine.take(
      change(1, [put('device', 'z1-a-b', { kind: 'door', place: 'b1' })]),
      ...names.map((name, index) => says(name, 2 + index, { contact: true })),
    );
    expect(new Set(engine.carried.map(({ address }) => address))).toEqual(new Set(names));
    expect(new Set(engine.carried.map(({ id }) => id)).size).toBe(names.length);
    for (const { id } of engine.carried) expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  it('whose name is no name stays in quarantine, and so does what comes beyond the bound', async () => {
    using engine = await GatewayEngine.open();
    engine.take(says('y'.repeat(129), 1, { contact: true }));
    expect(engine.quarantine).toMatchObject([
      { reason: 'unknown-device', detail: expect.stringContaining('longer than 128') },
    ]);
    engine.take(
      ...Array.from({ length: mostUnclaimed + 3 }, (_, index) => says(`n${index}`, 2, { contact: true })),
    );
    expect(engine.carried).toHaveLength(mostUnclaimed);
    expect(engine.quarantine).toHaveLength(4);
    expect(engine.quarantine[0]?.detail).toContain('1000 devices of z1 wait');
    // Those that are there go on; one less, and there is room for one more.
    engine.take(
      says('n5', 3, { contact: false }),
      change(4, [{ op: 'delete', resource: 'device', id: 'z1-n6' }]),
    );
    engine.take(says('late', 5, { contact: true }));
    expect(engine.carried.map(({ id }) => id)).toContain('z1-late');
    expect(engine.quarantine).toHaveLength(4);
  });

  it('is heard as a matter of life when others fill all the room there is, and is bounded, too', async () => {
    using engine = await GatewayEngine.open();
    engine.take(
      ...Array.from({ length: mostUnclaimed }, (_, index) => says(`n${index}`, 2, { contact: true })),
    );
    engine.take(says('cellar', 3, { smoke: true }), says('shed', 3, { temperature: 21 }));
    expect(engine.alarms).toMatchObject([{ rule: 'smoke-alarm', device: 'z1-cellar', tasks: [{}] }]);
    expect(engine.carried).toHaveLength(mostUnclaimed + 1);
    engine.take(
      ...Array.from({ length: mostUnclaimedOfLife }, (_, index) => says(`s${index}`, 4, { smoke: false })),
    );
    expect(engine.carried).toHaveLength(mostUnclaimed + mostUnclaimedOfLife);
    expect(engine.quarantine.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('"s249"'),
      expect.stringContaining('"shed"'),
    ]);
    // Of detectors beyond that, those that burn are heard; of those, too, there is an end.
    engine.take(says('attic', 5, { smoke: true }), says('quiet', 5, { smoke: false }));
    expect(engine.alarms.map(({ device, tasks }) => [device, tasks.length])).toContainEqual(['z1-attic', 1]);
    expect(engine.carried).toHaveLength(mostUnclaimed + mostUnclaimedOfLife + 1);
    engine.take(
      ...Array.from({ length: mostUnclaimedInDanger + 5 }, (_, index) =>
        says(`f${index}`, 6, { smoke: 'ON' }),
      ),
    );
    expect(engine.carried).toHaveLength(mostUnclaimed + mostUnclaimedOfLife + mostUnclaimedInDanger);
  });

  it('comes in a burst without a snapshot for each', async () => {
    using engine = await GatewayEngine.open();
    const before = engine.found;
    engine.take(...Array.from({ length: 900 }, (_, index) => says(`n${index}`, 2, { contact: true })));
    expect(engine.carried).toHaveLength(900);
    // One for each commit: a commit comes after 50 ms of work at the latest, or 1,000 records.
    expect(engine.found - before).toBeLessThan(90);
  });

  it('goes with its gateway, and to where that is moved; it makes way for a device that somebody adds', async () => {
    using engine = await GatewayEngine.open();
    engine.take(says('a', 1, { contact: true }), says('b', 1, { contact: true }));
    const gateway = { kind: 'gateway', dialect: 'zigbee2mqtt', topic: 'zigbee2mqtt/#', place: 'b2' };
    engine.take(change(2, [put('device', 'z1', gateway)]));
    expect(engine.carried.map(({ place }) => place)).toEqual(['b2', 'b2']);
    const door = { kind: 'door', place: 'b1', gateway: 'z1', address: 'a' };
    engine.take(change(3, [put('device', 'front-door', door)], { expect: 'absent' }));
    expect(engine.carried.map(({ id }) => id)).toEqual(['front-door', 'z1-b']);
    const gone = change(4, [{ op: 'delete', resource: 'device', id: 'z1' }]);
    engine.take(gone);
    expect(engine.outcomes.at(-1)?.outcome).toMatchObject({
      ok: false,
      failure: { code: 'still-referenced' },
    });
    engine.take(change(5, [{ op: 'delete', resource: 'device', id: 'front-door' }]));
    engine.take(change(6, [{ op: 'delete', resource: 'device', id: 'z1' }]));
    expect(engine.carried).toEqual([]);
    engine.take(says('a', 7, { contact: false }));
    expect(engine.carried).toEqual([]);
    expect(engine.quarantine).toMatchObject([{ reason: 'unknown-device' }]);
  });

  it('that is retired says nothing to anybody, and is no newcomer again', async () => {
    using engine = await GatewayEngine.open();
    engine.take(says('cellar', 1, { water_leak: true }));
    const [device] = engine.carried;
    engine.take(change(2, [put('device', 'z1-cellar', { ...device, retired: '2026-03-05T00:00:00Z' })]));
    expect(engine.alarms).toMatchObject([{ state: 'cleared' }]);
    engine.take(
      says('cellar', 3, { water_leak: true }),
      says('cellar', 4, { water_leak: false }),
      tick(5 * day),
    );
    expect(engine.carried).toHaveLength(1);
    expect(engine.alarms).toHaveLength(1);
    expect(engine.quarantine).toEqual([]);
    expect(engine.tasks).toEqual([]);
    const { retired: _retired, ...again } = { retired: '', ...engine.carried[0] };
    engine.take(
      change(5 * day + 1, [put('device', 'z1-cellar', again)]),
      says('cellar', 5 * day + 2, { water_leak: true }),
    );
    expect(engine.alarms.filter(({ state }) => state === 'active')).toHaveLength(1);
  });

  it('a thing in the place of another is judged by nothing that the other said', async () => {
    using engine = await GatewayEngine.open();
    const radar = { kind: 'door', place: 'b1', gateway: 'z1', address: 'old' };
    engine.take(change(1, [put('device', 'front', radar)]));
    engine.take(says('old', 2, { contact: true, last_seen: at(1) }), says('new', 3, { battery: 90 }));
    const former = [{ until: '2026-03-04T03:00:00Z', by: 'admin', address: 'old', gateway: 'z1' }];
    engine.take(change(4, [put('device', 'front', { ...radar, address: 'new', former })]));
    expect(engine.carried.map(({ id }) => id)).toEqual(['front']);
    // The same value at a time that the old one had said it at: news, of another thing.
    engine.take(
      says('new', 60, { contact: true, last_seen: at(1) }),
      change(61, [put('place', 'b3', { kind: 'building', parent: 'c1' })]),
    );

    expect(engine.reader.latest('front' as never)).toMatchObject([
      { property: 'battery', value: 90, receivedAt: at(3) },
      { property: 'door-open', value: false, receivedAt: at(60) },
    ]);
  });
});

describe('after a crash', () => {
  const story: readonly InboxRecord[] = [
    setup,
    says('cellar', 1, { battery: 80 }),
    says('cellar', 2, { water_leak: true }),
    says('kitchen', 3, { smoke: false }),
    says('kitchen', 4, { smoke: true }),
    says('门', 5, { contact: false }),
    tick(400),
    says('kitchen', 401, { smoke: false }),
    says('cellar', 402, { battery: 79 }),
    tick(700),
  ];
  const lived = (engine: GatewayEngine) => ({
    devices: engine.carried,
    alarms: engine.alarms.map(({ device, held, id, state, tasks }) => ({ device, held, id, state, tasks })),
    tasks: engine.tasks.map(({ id, state, place, version }) => ({ id, state, place, version })),
    quarantine: engine.quarantine.length,
    audit: engine.reader.auditTrail({ limit: 100 }).items.map(({ action, target }) => `${action} ${target}`),
  });

  it('at whatever record, with or without a commit before it, the same devices come to the same, once', async () => {
    using undisturbed = await GatewayEngine.open(story);
    const expected = lived(undisturbed);
    expect(expected.devices).toHaveLength(3);
    expect(expected.tasks.length).toBeGreaterThan(0);
    for (const [index] of story.entries()) {
      using committed = await GatewayEngine.open(story.slice(0, index));
      expect(lived(committed.crash().take(...story.slice(index)))).toEqual(expected);
      using lost = await GatewayEngine.open(story.slice(0, index));
      expect(
        lived(
          lost
            .step(...story.slice(index, index + 2))
            .crash()
            .take(...story.slice(index + 2)),
        ),
      ).toEqual(expected);
    }
    using often = await GatewayEngine.open([setup]);
    for (const record of story.slice(1)) often.take(record).crash();
    expect(lived(often)).toEqual(expected);
  });

  it('what was committed with a newcomer is never played again: nothing of it comes twice', async () => {
    using engine = await GatewayEngine.open();
    engine.take(says('a', 1, { contact: true }));
    expect(engine.snapshot).toBe(2);
  });
});

describe('what describes itself for Home Assistant', () => {
  const gateway = change(1, [
    put('device', 'z1', { kind: 'gateway', dialect: 'home-assistant', topic: '#', place: 'b1' }),
  ]);
  const at502 = { dev: { ids: ['s-502'], name: '烟感 502', mf: 'Own', mdl: 'S1' }, exp_aft: 600 };
  const described = says(
    '',
    2,
    { stat_t: 'home/502', dev_cla: 'smoke', ...at502 },
    {
      topic: 'homeassistant/binary_sensor/s-502/config',
      state: true,
    },
  );
  const said = (seconds: number, word: string) =>
    says('', seconds, {}, { topic: 'home/502', payload: Buffer.from(word) });

  it('is the kind that it says, expected as often as it promises, and its smoke is a task at once', async () => {
    using engine = await GatewayEngine.open([setup, gateway]);
    engine.take(described);
    expect(engine.carried).toEqual([]);
    engine.take(said(3, 'ON'));
    expect(engine.carried).toMatchObject([
      { kind: 'smoke-detector', name: '烟感 502', model: 'Own S1', expectEvery: '10m', address: 's-502' },
    ]);
    expect(engine.alarms).toMatchObject([{ rule: 'smoke-alarm', state: 'active', place: 'b1' }]);
    expect(engine.quarantine).toEqual([]);
  });

  it('is known after a crash, whether its description was in the snapshot or in the log behind it', async () => {
    using engine = await GatewayEngine.open([setup, gateway]);
    engine.take(described).crash().take(said(3, 'OFF')).crash().take(said(4, 'ON'));
    expect(engine.quarantine).toEqual([]);
    expect(engine.alarms).toMatchObject([{ rule: 'smoke-alarm', state: 'active' }]);
  });
});
