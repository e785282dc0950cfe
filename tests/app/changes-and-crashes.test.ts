import { describe, expect, it } from 'vitest';
import { change, GatewayEngine, put, says, setup } from '#tests/app/support/gateway-engine.ts';

/** The meter `m` of the gateway `z1` says degrees; by `key`, which is another one after somebody mended the mapping. */
const mapping = (at: string) =>
  put('mapping', 'meters', {
    messages: [{ topic: 'zigbee2mqtt/{name}', device: '{name}', values: [{ property: 'temperature', at }] }],
  });
const gateway = put('device', 'z1', {
  kind: 'gateway',
  dialect: 'custom',
  mapping: 'meters',
  topic: 'zigbee2mqtt/#',
  place: 'b1',
});
const rule = put('rule', 'hot', {
  id: 'hot',
  category: 'facilities',
  severity: 'major',
  property: 'temperature',
  when: 'value > 40',
  for: '60s',
  task: { title: { en: 'hot' }, to: 'grid-worker' },
});
const meter = put('device', 'm-1', { kind: 'environment', place: 'b1', gateway: 'z1', address: 'm' });

describe('a change of what ingest or rules work by', () => {
  it('is not crossed by the replay after a crash: what was read by a mapping stays read by it', async () => {
    const told = async (isCrashing: boolean) => {
      using engine = await GatewayEngine.open([setup, change(1, [mapping('$.t'), gateway, meter, rule])]);
      // 50 degrees by this mapping, 10 by the next one.
      engine.take(says('m', 10, { t: 50, u: 10 }), change(20, [mapping('$.u')]));
      if (isCrashing) engine.crash();
      engine.take(says('m', 90, { t: 50, u: 10 }));
      return engine.alarms.map(({ rule: id, startedAt, state }) => [id, startedAt, state]);
    };
    const whole = await told(false);
    expect(whole).toHaveLength(1);
    expect(await told(true)).toEqual(whole);
  });

  it.each([
    ['a mapping', mapping('$.u'), true],
    ['a mode', put('mode', 'b1.drill', { target: 'b1', mode: 'drill' }), true],
    ['a person', put('person', 'w-3', { role: 'grid-worker', places: ['b1'] }), false],
    [
      'an API token',
      put('api-token', 'k', { name: 'k', tokenHash: 'h', role: 'auditor', places: [] }),
      false,
    ],
  ])('takes a snapshot where it is one: %s', async (_what, changed, isOne) => {
    using engine = await GatewayEngine.open();
    engine.take(says('m', 10, { temperature: 20 }));
    const { snapshot } = engine;
    engine.take(change(20, [changed]));
    expect(engine.outcomes.at(-1)?.outcome).toMatchObject({ ok: true });
    expect(engine.snapshot > snapshot).toBe(isOne);
  });
});
