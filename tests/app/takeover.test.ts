import { describe, expect, it } from 'vitest';
import { flag } from '#model/reading.ts';
import type { InboxRecord } from '#model/record.ts';
import { at, change, GatewayEngine, put, says } from '#tests/app/support/gateway-engine.ts';

const leak = (more: object = {}) =>
  put('device', 'kitchen-leak', { kind: 'water-leak', place: 'b2', gateway: 'z1', address: 'old', ...more });
const former = [{ until: '2026-03-04T03:00:00Z', by: 'admin', address: 'old', gateway: 'z1' }];
const replaced = leak({ address: 'new', former });

const standing = (engine: GatewayEngine) =>
  engine.alarms
    .filter(({ state }) => state === 'active')
    .map(({ device, held, place, rule }) => ({ device, held, place, rule }));

describe('a thing that spoke under a record of its own before it took the place of a device', () => {
  it('is heard on: the alarm that was held back stands in its place, with its task', async () => {
    using engine = await GatewayEngine.open();
    engine.take(
      change(1, [leak()]),
      says('old', 2, { water_leak: false }),
      says('new', 60, { water_leak: true }),
    );
    expect(standing(engine)).toMatchObject([{ device: 'z1-new', held: 'unclaimed', place: 'b1' }]);
    engine.take(change(100, [replaced]));
    expect(standing(engine)).toEqual([
      { device: 'kitchen-leak', held: undefined, place: 'b2', rule: 'water-leak' },
    ]);
    expect(engine.tasks).toMatchObject([{ place: 'b2' }]);
    expect(engine.reader.latest('kitchen-leak' as never)).toMatchObject([
      { property: 'water-leak', value: true, at: at(60), receivedAt: at(60) },
    ]);
    // It says the same again, and no other task comes of it; then it is dry.
    engine.take(
      says('new', 110, { water_leak: true }),
      says('new', 120, { water_leak: false }),
      says('new', 300, { water_leak: false }),
    );
    expect(standing(engine)).toEqual([]);
    expect(engine.tasks).toHaveLength(1);
  });

  it('is heard on also where the broken one spoke last: what stands with the new one is said as of now', async () => {
    using engine = await GatewayEngine.open();
    engine.take(
      change(1, [leak()]),
      says('new', 60, { water_leak: true }),
      says('old', 90, { water_leak: false }),
    );
    engine.take(change(100, [replaced]));
    expect(standing(engine)).toMatchObject([{ device: 'kitchen-leak' }]);
    expect(engine.reader.latest('kitchen-leak' as never)).toMatchObject([{ value: true, at: at(100) }]);
  });

  it('makes way for a device that somebody adds under its address, and for one that gets it', async () => {
    using engine = await GatewayEngine.open();
    engine.take(says('new', 60, { water_leak: true }), says('other', 61, { water_leak: true }));
    engine.take(change(100, [leak({ address: 'new' })], { expect: 'absent' }));
    expect(standing(engine)).toMatchObject([{ device: 'kitchen-leak' }, { device: 'z1-other' }]);
    engine.take(change(101, [leak({ address: 'other' })], { expect: 'present' }));
    expect(standing(engine)).toMatchObject([{ device: 'kitchen-leak' }]);
    expect(engine.carried).toHaveLength(1);
  });

  it('is there as its gateway said of it', async () => {
    using engine = await GatewayEngine.open();
    const availability = (name: string, seconds: number, state: string) =>
      says('', seconds, { state }, { topic: `zigbee2mqtt/${name}/availability` });
    engine.take(
      change(1, [leak()]),
      availability('old', 2, 'offline'),
      says('new', 60, { water_leak: false }),
      availability('new', 61, 'online'),
      change(100, [replaced]),
    );
    expect(engine.reader.presence('kitchen-leak')).toMatchObject({ online: true });
  });

  it('was pressed once, and is not pressed again by that', async () => {
    using engine = await GatewayEngine.open();
    const button = { kind: 'sos-button', place: 'b2', gateway: 'z1' };
    engine.take(
      change(1, [put('device', 'bed-sos', { ...button, address: 'old' })]),
      says('new', 60, { action: 'emergency', battery: 80 }),
    );
    expect(engine.alarms).toMatchObject([{ rule: 'sos-pressed', device: 'z1-new' }]);
    engine.take(change(100, [put('device', 'bed-sos', { ...button, address: 'new', former })]));
    expect(engine.alarms).toHaveLength(1);
    expect(engine.reader.latest('bed-sos' as never)).toMatchObject([
      { property: 'battery', flags: flag.noTime },
      { property: 'sos', value: true, flags: flag.noTime | flag.past },
    ]);
    engine.take(says('new', 200, { action: 'emergency' }));
    expect(engine.alarms).toMatchObject([{ device: 'bed-sos' }, { device: 'z1-new' }]);
  });

  it('says what it says again to nobody twice: a repeat by time and value is known', async () => {
    using engine = await GatewayEngine.open();
    const word = (seconds: number) => says('new', seconds, { water_leak: true, last_seen: at(60) });
    engine.take(change(1, [leak()]), word(60), change(100, [replaced]), word(101));
    expect(engine.reader.latest('kitchen-leak' as never)).toMatchObject([{ at: at(60), receivedAt: at(60) }]);
  });

  it('says nothing for a device that is out of use', async () => {
    using engine = await GatewayEngine.open();
    engine.take(says('new', 60, { water_leak: true }));
    engine.take(change(100, [leak({ address: 'new', retired: '2026-03-04T03:00:00Z' })]));
    expect(standing(engine)).toEqual([]);
    expect(engine.reader.latest('kitchen-leak' as never)).toEqual([]);
  });

  it('comes to the same whenever the platform is killed', async () => {
    const story: readonly InboxRecord[] = [
      change(1, [leak()]),
      says('old', 2, { water_leak: false }),
      says('new', 60, { water_leak: true }),
      change(100, [replaced]),
      says('new', 110, { water_leak: true }),
      says('new', 120, { water_leak: false }),
      says('new', 300, { water_leak: false }),
      // Writes the latest values, too.
      change(301, [put('place', 'b3', { kind: 'building', parent: 'c1' })]),
    ];
    const lived = (engine: GatewayEngine) => ({
      alarms: engine.alarms.map(({ clearedAt, device, id, startedAt, tasks }) => ({
        clearedAt,
        device,
        id,
        startedAt,
        tasks,
      })),
      latest: engine.reader.latest('kitchen-leak' as never),
    });
    using undisturbed = await GatewayEngine.open();
    const expected = lived(undisturbed.take(...story));
    expect(expected.alarms).toHaveLength(2);
    for (const [index] of story.entries()) {
      using engine = await GatewayEngine.open();
      engine.take(...story.slice(0, index));
      engine.step(...story.slice(index, index + 1)).crash();
      expect(lived(engine.take(...story.slice(index + 1)))).toEqual(expected);
    }
  });
});
