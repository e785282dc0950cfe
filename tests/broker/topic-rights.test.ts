import { describe, expect, it } from 'vitest';
import { decidePublish, decideSubscribe, mayReceive, type Sender } from '#broker/topic-rights.ts';
import type { CommunityId, DeviceId } from '#model/brand.ts';
import { covers, isFilter, matches } from '#model/topic-filter.ts';
import { fc } from '#tests/support/properties.ts';

const community = 'c1' as CommunityId;
const device: Sender = {
  kind: 'device',
  community,
  device: 'd1' as DeviceId,
  isGateway: false,
  isLifeSafety: false,
  filter: 'zigbee2mqtt/#',
};
const gateway: Sender = { ...device, isGateway: true };
const operator: Sender = {
  kind: 'operator',
  community,
  name: 'operator-x',
  findDevice: (id) => (id === 'd2' ? ('d2' as DeviceId) : undefined),
};
const publishes = (sender: Sender, topic: string) => {
  const decision = decidePublish(sender, topic);
  return decision.ok ? decision.device : decision.reason;
};
const subscribes = (sender: Sender, filter: string) => {
  const decision = decideSubscribe(sender, filter);
  return decision.ok ? 'ok' : decision.reason;
};

describe('publishing', () => {
  it.each([
    [device, 'gridbell/c1/d1/telemetry', 'd1'],
    [device, 'gridbell/c1/d1/status', 'd1'],
    [device, 'gridbell/c1/d1/command/reply', 'd1'],
    [device, 'gridbell/c1/d1/command', 'not-its-topic'],
    [device, 'gridbell/c1/d1', 'not-its-topic'],
    [device, 'gridbell/c1/d1/telemetry/', 'not-its-topic'],
    [device, 'gridbell/c1/d1/telemetry/x', 'not-its-topic'],
    [device, '/gridbell/c1/d1/telemetry', 'no-dialect-topic'],
    [device, 'Gridbell/c1/d1/telemetry', 'no-dialect-topic'],
    [device, 'gridbell/c1/d2/telemetry', 'foreign-device'],
    [device, 'gridbell/c2/d1/telemetry', 'foreign-community'],
    [device, 'gridbell', 'foreign-community'],
    [device, '', 'empty-topic'],
    [device, '$SYS/broker', 'reserved-topic'],
    [device, 'gridbell/c1/+/telemetry', 'wildcard-publish'],
    [device, 'zigbee2mqtt/hall', 'no-dialect-topic'],
    [gateway, 'zigbee2mqtt/hall', 'd1'],
    [gateway, 'zigbee2mqtt', 'd1'],
    [gateway, 'zigbee2mqttx', 'outside-filter'],
    [gateway, 'gridbell/c1/d1/telemetry', 'd1'],
    [{ ...gateway, filter: null }, 'zigbee2mqtt/hall', 'no-dialect-topic'],
    [{ ...gateway, filter: '#' }, 'gridbell/c1/d2/telemetry', 'foreign-device'],
    [{ ...gateway, filter: '$SYS/#' }, '$SYS/x', 'reserved-topic'],
    [operator, 'gridbell/c1/d2/telemetry', 'd2'],
    [operator, 'gridbell/c1/d2/command/reply', 'not-its-topic'],
    [operator, 'gridbell/c1/d3/telemetry', 'foreign-device'],
    [operator, 'zigbee2mqtt/hall', 'no-dialect-topic'],
  ] as const)('by %o to %s is answered with %s', (sender, topic, answer) => {
    expect(publishes(sender, topic)).toBe(answer);
  });

  it("below gridbell/ never lets a device speak for another, whatever a gateway's filter says", () => {
    const level = fc.constantFrom(
      'gridbell',
      'c1',
      'c2',
      'd1',
      'd2',
      'telemetry',
      'status',
      'command',
      'reply',
      '',
      '$SYS',
    );
    fc.assert(
      fc.property(
        fc.array(level, { maxLength: 6 }),
        fc.constantFrom('#', '+/#', 'gridbell/#', 'gridbell/c1/d2/#', '+/+/d2/telemetry'),
        (levels, filter) => {
          const topic = ['gridbell', ...levels].join('/');
          const own = ['telemetry', 'status', 'command/reply'].map((what) => `gridbell/c1/d1/${what}`);
          expect(decidePublish({ ...gateway, filter }, topic).ok).toBe(own.includes(topic));
        },
      ),
    );
  });
});

describe('subscribing', () => {
  it.each([
    [device, 'gridbell/c1/d1/command', 'ok'],
    [device, 'gridbell/c1/d1/command/reply', 'not-its-topic'],
    [device, 'gridbell/c1/d1/#', 'not-its-topic'],
    [device, 'gridbell/c1/d1/+', 'not-its-topic'],
    [device, 'gridbell/c1/d2/command', 'foreign-device'],
    [device, 'gridbell/c1/+/command', 'foreign-device'],
    [device, 'gridbell/+/d1/command', 'foreign-community'],
    [device, '#', 'no-dialect-topic'],
    [device, '$share/g/gridbell/c1/d1/command', 'shared-subscription'],
    [device, '$SYS/#', 'reserved-topic'],
    [device, 'a/#/b', 'malformed-filter'],
    [gateway, 'zigbee2mqtt/#', 'ok'],
    [gateway, 'zigbee2mqtt/+/set', 'ok'],
    [gateway, 'zigbee2mqtt', 'ok'],
    [gateway, '+/hall', 'outside-filter'],
    [gateway, '#', 'outside-filter'],
    [gateway, 'gridbell/#', 'foreign-community'],
    [operator, 'gridbell/c1/d2/command', 'not-its-topic'],
  ] as const)('by %o to %s is answered with %s', (sender, filter, answer) => {
    expect(subscribes(sender, filter)).toBe(answer);
  });

  it('of a gateway with # still brings nothing but its own', () => {
    expect(subscribes({ ...gateway, filter: '#' }, '#')).toBe('ok');
    expect(mayReceive(gateway, 'gridbell/c1/d2/command', undefined)).toBe(false);
    expect(mayReceive(gateway, 'gridbell/c1/d1/command', undefined)).toBe(true);
    expect(mayReceive(gateway, 'zigbee2mqtt/x', 'd2/client')).toBe(false);
    expect(mayReceive(gateway, 'zigbee2mqtt/x', 'd1/client/with/slashes')).toBe(true);
  });
});

describe('a topic filter', () => {
  const level = fc.constantFrom('a', 'b', 'sport', '', '$x');
  const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));
  const filter = fc
    .tuple(
      fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }),
      fc.constantFrom<readonly string[]>([], ['#']),
    )
    .map(([levels, end]) => [...levels, ...end].join('/'));

  it.each([
    ['sport/#', 'sport', true],
    ['sport/#', 'sport/tennis/player', true],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/#', '$SYS/x', true],
  ])('%s takes %s: %s', (one, name, answer) => {
    expect(matches(one, name)).toBe(answer);
  });

  it('that covers another takes whatever the other takes', () => {
    fc.assert(
      fc.property(filter, filter, topic, (outer, inner, name) => {
        fc.pre(covers(outer, inner) && matches(inner, name));
        expect(matches(outer, name)).toBe(true);
      }),
    );
  });

  it('is well-formed or not', () => {
    for (const good of ['#', '+', 'a/+/b', '/', 'a/#']) expect(isFilter(good)).toBe(true);
    for (const bad of ['', 'a#', '#/a', 'a/b+', '++']) expect(isFilter(bad)).toBe(false);
  });
});
