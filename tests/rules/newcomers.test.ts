import { describe, expect, it } from 'vitest';
import type { AlarmTransition } from '#model/alarm.ts';
import { type DeviceId, epochMs, type PlaceId, position } from '#model/brand.ts';
import type { ResourceChange } from '#model/command.ts';
import type { Device } from '#model/community.ts';
import { Configuration } from '#model/configuration.ts';
import { RuleEngine } from '#rules/engine/engine.ts';
import { loadLibrary } from '#rules/library/load.ts';
import { fc } from '#tests/support/properties.ts';

const start = Date.parse('2026-03-04T10:00:00+08:00');
const put = (resource: string, id: string, body: object) =>
  ({ op: 'put', resource, id, body: { id, ...body } }) as unknown as ResourceChange;
const rules = [
  ...loadLibrary(),
  // One alarm for a place: not for what nobody has placed.
  {
    id: 'any-door',
    source: {
      category: 'access',
      severity: 'minor',
      key: 'building',
      property: 'door-open',
      when: 'value == true',
    },
  },
].map(({ id, source }, index) => ({ id, version: index + 1, source }));

/** A community that stands; what comes is told by `tell`. */
class Stand {
  readonly configuration = new Configuration();
  readonly engine = new RuleEngine({ configuration: this.configuration });
  readonly said: AlarmTransition[] = [];
  readonly state = new Map<string, string>();
  readonly #isWhole: boolean;

  constructor(isWhole: boolean) {
    this.#isWhole = isWhole;
    const standing = [
      put('community', 'c1', {}),
      put('place', 'b1', { kind: 'building', parent: 'c1' }),
      put('device', 'smoke-1', { kind: 'smoke-detector', place: 'b1' }),
      put('device', 'door-1', { kind: 'door', place: 'b1' }),
      put('mode', 'b1 maintenance', { target: 'b1', mode: 'maintenance' }),
    ];
    for (const change of standing) this.configuration.apply(change);
    this.said.push(...this.engine.setRules(rules));
  }

  comes(device: Device): void {
    this.configuration.apply({ op: 'put', resource: 'device', id: device.id, body: device });
    this.said.push(
      ...(this.#isWhole ? this.engine.configurationChanged() : this.engine.deviceChanged(device.id)),
    );
  }

  says(device: string, seconds: number, values: Readonly<Record<string, boolean | number>>): void {
    const at = epochMs(start + seconds * 1_000);
    const record = position(seconds + 1);
    this.said.push(...this.engine.advance(at, record));
    this.said.push(
      ...this.engine.observe({
        device: device as DeviceId,
        at,
        receivedAt: at,
        flags: 0,
        position: record,
        values: new Map(Object.entries(values)),
      }),
    );
  }

  /** All that it would keep. */
  kept(): Readonly<Record<string, string>> {
    for (const [key, state] of this.engine.takeDirty()) {
      if (state === null) this.state.delete(key);
      else this.state.set(key, state);
    }
    return Object.fromEntries([...this.state].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

const kinds = ['smoke-detector', 'door', 'water-leak', 'environment', 'unknown'] as const;
const device = (name: string, kind: string): Device =>
  ({
    id: name as DeviceId,
    kind,
    place: 'b1' as PlaceId,
    gateway: 'z1',
    address: name,
    unclaimed: true,
  }) as Device;
const values = fc.constantFrom(
  { smoke: true },
  { smoke: false },
  { 'door-open': true },
  { 'door-open': false },
  { 'water-leak': true },
  { temperature: 60, battery: 5 },
);
const who = fc.constantFrom('new-1', 'new-2', 'smoke-1', 'door-1');
const event = fc.oneof(
  fc.record({ comes: fc.constantFrom('new-1', 'new-2'), kind: fc.constantFrom(...kinds) }),
  fc.record({ who, values }),
);

describe('a device that comes by itself', () => {
  it('is to the rules as if all of the configuration had been looked at', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 25 }), (events) => {
        const [one, whole] = [new Stand(false), new Stand(true)];
        for (const [index, each] of events.entries()) {
          for (const stand of [one, whole]) {
            if ('comes' in each) stand.comes(device(each.comes, each.kind));
            else stand.says(each.who, index * 40, each.values);
          }
        }
        expect(one.said).toEqual(whole.said);
        expect(one.kept()).toEqual(whole.kept());
      }),
      { numRuns: 60 },
    );
  });

  it('leaves a snapshot that was begun before as of then', () => {
    const [quick, slow] = [new Stand(false), new Stand(false)];
    for (const stand of [quick, slow]) {
      stand.comes(device('new-1', 'door'));
      stand.says('new-1', 1, { 'door-open': true });
    }
    const asOfThen = [...quick.engine.takeDirty()];
    const rows = slow.engine.takeDirty();
    slow.comes(device('new-1', 'smoke-detector'));
    expect([...rows]).toEqual(asOfThen);
    expect(asOfThen.map(([key]) => key)).toContain('new-1');
  });

  it('is no part of an alarm for a place until somebody says where it is, but for a matter of life', () => {
    const stand = new Stand(false);
    stand.comes(device('new-1', 'door'));
    stand.says('new-1', 1, { 'door-open': true });
    const ofPlace = () => stand.said.filter((each) => each.type === 'raised' && each.alarm.key === 'b1');
    expect(ofPlace()).toEqual([]);
    expect(stand.engine.trace('any-door' as never, 'new-1' as never)[0]?.reason).toContain(
      'nobody has said yet where',
    );
    stand.comes(device('new-2', 'smoke-detector'));
    stand.says('new-2', 2, { smoke: true });
    stand.says('smoke-1', 3, { smoke: true });
    expect(ofPlace()).toHaveLength(1);
  });
});
