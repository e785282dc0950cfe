import { community, self, turned, turnedGateways, victim } from '#tests/broker/hostile/community.ts';
import { fc } from '#tests/support/properties.ts';

/** One of these, the first `often` times as often as each other. */
const mostly = <T>(often: number, first: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: often, arbitrary: fc.constant(first) }, ...others.map((other) => fc.constant(other)));

/** Topics of Gridbell's shape, mostly the sender's own, and mostly such as it may use. */
const ownTopic = (...uses: readonly [string, ...string[]]): fc.Arbitrary<string> =>
  fc
    .record({
      root: mostly(60, 'gridbell', 'Gridbell', 'gridbell '),
      place: mostly(80, community, 'another-2', '+', ''),
      device: mostly(80, self, ...turned, ...turnedGateways, victim, 'nobody', ''),
      what: mostly(30, ...uses, 'command/reply/', '#', '+', ''),
    })
    .map(({ root, place, device, what }) => `${root}/${place}/${device}/${what}`);

const strangeTopics = [
  '',
  '/',
  '//',
  '#',
  '+',
  '+/#',
  'a+',
  'a/#/b',
  'gridbell',
  'gridbell/',
  'gridbell/#',
  `gridbell/${community}/+/telemetry`,
  '$SYS/broker/uptime',
  '$SYS/#',
  '$share/group/gridbell/#',
  '$share/group/zigbee2mqtt/#',
  '$share',
  '$queue/zigbee2mqtt/#',
  'zigbee2mqtt',
  'zigbee2mqtt/#',
  'zigbee2mqtt/+/set',
  'zigbee2mqtt/lamp/set',
  'zigbee2mqtt/bridge/state',
  'zigbee2mqtt/__proto__',
  '__proto__',
  'constructor/prototype',
] as const;

const strange = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...strangeTopics) },
  {
    weight: 2,
    arbitrary: fc
      .string({ unit: 'grapheme', maxLength: 30 })
      .map((text) => text.replaceAll('\0', '').replaceAll(/\p{Surrogate}/gu, '')),
  },
  { weight: 1, arbitrary: fc.integer({ min: 90, max: 3_000 }).map((levels) => 'a/'.repeat(levels)) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 90, max: 110 }).map((levels) => `zigbee2mqtt${'/b'.repeat(levels)}`),
  },
);

/** Topics of messages: well-formed UTF-8 without NUL, but not always what anybody may publish to. */
export const topicText = fc.oneof(
  { weight: 30, arbitrary: ownTopic('telemetry', 'status', 'command/reply', 'command') },
  { weight: 4, arbitrary: fc.constantFrom('zigbee2mqtt/lamp', 'zigbee2mqtt/door/availability') },
  { weight: 2, arbitrary: strange },
);

/** Filters of subscriptions, of the same kind. */
export const filterText = fc.oneof(
  { weight: 10, arbitrary: ownTopic('command', 'telemetry') },
  {
    weight: 6,
    arbitrary: fc.constantFrom('zigbee2mqtt/lamp', 'zigbee2mqtt/+', 'zigbee2mqtt/#', 'zigbee2mqtt/+/set'),
  },
  { weight: 4, arbitrary: strange },
);

const brokenTexts = [
  Buffer.of(0),
  Buffer.from(`gridbell/${community}/${turned[0]}/telemetry\0`),
  Buffer.of(0xff, 0xfe),
  Buffer.of(0xc3, 0x28),
  Buffer.of(0xc0, 0x80), // NUL, overlong
  Buffer.of(0xc0, 0xaf), // a slash, overlong
  Buffer.of(0xe0, 0x80, 0xaf),
  Buffer.of(0xed, 0xa0, 0x80), // a surrogate
  Buffer.of(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80),
  Buffer.of(0xf4, 0x90, 0x80, 0x80), // beyond U+10FFFF
  Buffer.of(0xe2, 0x82), // cut off
  Buffer.of(0xef, 0xbb, 0xbf, 0x61), // with a byte order mark
  Buffer.from('\u0001\u001f\u007f\u009f'),
] as const;

const longest = 65_535;

/** The bytes of any string field of a packet, up to the longest. */
export const textBytes: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 24, arbitrary: fc.oneof(topicText, filterText).map((text) => Buffer.from(text)) },
  { weight: 6, arbitrary: fc.constantFrom(...brokenTexts) },
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('x', '/', '网', '\u{1f525}', '+', '#', '\0')
      .map((fill) => Buffer.alloc(longest - (longest % Buffer.byteLength(fill)), fill)),
  },
);

/** A message, mostly small; some are what ingest reads, some as large as a packet may be. */
export const payload: fc.Arbitrary<Buffer> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .constantFrom('{"smoke":false}', '{"temperature":22.5}', 'online', '')
      .map((text) => Buffer.from(text)),
  },
  { weight: 10, arbitrary: fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.integer({ min: 1_000, max: 70_000 }).map((size) => Buffer.alloc(size, 'p')) },
);

export const clientId = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 30 }).map((number) => `client-${number}`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      '__proto__',
      'constructor',
      `${victim}/good`,
      `${victim}`,
      '网',
      'a/b/c',
      'x'.repeat(256),
      'x'.repeat(257),
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 40 }) },
);
