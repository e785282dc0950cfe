import { generate, type Packet } from 'mqtt-packet';
import { turned, turnedGateways, victim } from '#tests/broker/hostile/community.ts';
import { clientId, filterText, payload, textBytes, topicText } from '#tests/broker/hostile/texts.ts';
import { fc } from '#tests/support/properties.ts';

const messageId = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 65_535 }));
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
const version = fc.constantFrom(4 as const, 4 as const, 4 as const, 3 as const, 5 as const);
const userName = fc.constantFrom<(string | undefined)[]>(
  ...turned,
  ...turnedGateways,
  victim,
  'nobody',
  '',
  undefined,
);

const will = fc.record({ topic: topicText.map((topic) => topic || 'w'), payload, qos, retain: fc.boolean() });

/** A CONNECT of a stranger, of any version: the tokens are wrong. */
const connect = fc
  .record({
    cmd: fc.constant('connect' as const),
    protocolVersion: version,
    clean: fc.boolean(),
    clientId,
    keepalive: fc.constantFrom(0, 1, 60, 65_535),
    username: userName,
    password: fc.option(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      { nil: undefined },
    ),
    will: fc.option(will, { nil: undefined }),
  })
  .map(({ username, password, will: last, ...rest }) => ({
    ...rest,
    protocolId: rest.protocolVersion === 3 ? ('MQIsdp' as const) : ('MQTT' as const),
    // mqtt-packet writes neither a nameless session nor a password without a user name.
    clientId: rest.clientId === '' && (!rest.clean || rest.protocolVersion === 3) ? 'c' : rest.clientId,
    ...(username === undefined ? {} : { username, ...(password === undefined ? {} : { password }) }),
    ...(last === undefined ? {} : { will: last }),
  }));

const publish = fc.record({
  cmd: fc.constant('publish' as const),
  topic: topicText.map((topic) => topic || 't'),
  payload,
  qos,
  dup: fc.boolean(),
  retain: fc.boolean(),
  messageId,
});

const topics = fc.array(
  filterText.map((topic) => topic || 't'),
  { minLength: 1, maxLength: 4 },
);
const subscribe = fc.record({ messageId, topics, qos }).map((fields) => ({
  cmd: 'subscribe' as const,
  messageId: fields.messageId,
  subscriptions: fields.topics.map((topic) => ({ topic, qos: fields.qos })),
}));
const unsubscribe = fc.record({ messageId, topics }).map((fields) => ({
  cmd: 'unsubscribe' as const,
  messageId: fields.messageId,
  unsubscriptions: fields.topics,
}));

const acknowledgement = fc.record({
  cmd: fc.constantFrom('puback' as const, 'pubrec' as const, 'pubrel' as const, 'pubcomp' as const),
  messageId,
});

const short = fc.constantFrom<Packet[]>(
  { cmd: 'pingreq' },
  { cmd: 'pingreq' },
  { cmd: 'pingreq' },
  { cmd: 'pingreq' },
  { cmd: 'pingreq' },
  { cmd: 'pingreq' },
  { cmd: 'disconnect' },
  // Only servers send these.
  { cmd: 'pingresp' },
  { cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false },
  { cmd: 'suback', messageId: 1, granted: [0, 1, 2, 128] },
  { cmd: 'unsuback', messageId: 1, granted: [0] },
);

/** What mqtt-packet writes, in the shape of MQTT 3.1.1 or, sometimes, 5. */
const written: fc.Arbitrary<Buffer> = fc
  .record({
    packet: fc.oneof(
      { weight: 2, arbitrary: connect },
      { weight: 20, arbitrary: publish },
      { weight: 3, arbitrary: subscribe },
      { weight: 2, arbitrary: unsubscribe },
      { weight: 4, arbitrary: acknowledgement },
      { weight: 3, arbitrary: short },
    ) as fc.Arbitrary<Packet>,
    isVersion5: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  })
  .map(({ packet, isVersion5 }) => generate(packet, isVersion5 ? { protocolVersion: 5 } : {}));

/** A remaining length in the fewest bytes [MQTT-2.2.3]. */
export function lengthBytes(length: number): Buffer {
  const bytes: number[] = [];
  for (let rest = length; ; ) {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? digit | 128 : digit);
    if (rest === 0) return Buffer.from(bytes);
  }
}

const frame = (first: number, ...body: readonly Buffer[]): Buffer => {
  const whole = Buffer.concat(body);
  return Buffer.concat([Buffer.of(first), lengthBytes(whole.length), whole]);
};
const word = (number: number): Buffer => Buffer.of(number >> 8, number & 255);
const field = (bytes: Buffer): Buffer => Buffer.concat([word(bytes.length), bytes]);

const anyWord = fc.oneof(fc.constantFrom(0, 1, 65_535), fc.integer({ min: 0, max: 65_535 })).map(word);
const flags = fc.integer({ min: 0, max: 15 });

/** What mqtt-packet would not write: broken texts, message id 0, QoS 3, flags of every kind, no filters or thousands. */
const forged: fc.Arbitrary<Buffer> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(flags, textBytes, anyWord, payload)
      .map(([low, topic, id, rest]) => frame(0x30 | low, field(topic), id, rest)),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom(0x82, 0x82, 0x80, 0x8f),
        anyWord,
        fc.array(fc.tuple(textBytes, fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      )
      .map(([first, id, filters]) =>
        frame(first, id, ...filters.flatMap(([topic, byte]) => [field(topic), Buffer.of(byte)])),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(0x82, 0xa2),
        fc.integer({ min: 100, max: 10_000 }),
        filterText.filter((topic) => topic.length < 200),
      )
      .map(([first, count, topic]) => {
        const entry = field(Buffer.from(topic));
        const one = first === 0x82 ? Buffer.concat([entry, Buffer.of(1)]) : entry;
        return frame(first, word(1), Buffer.alloc(one.length * count, one));
      }),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(0xa2, 0xa2, 0xa0), anyWord, fc.array(textBytes, { maxLength: 4 }))
      .map(([first, id, filters]) => frame(first, id, ...filters.map(field))),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(0x40, 0x50, 0x62, 0x60, 0x70, 0x4f), fc.uint8Array({ maxLength: 5 }))
      .map(([first, body]) => frame(first, Buffer.from(body))),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        name: fc.constantFrom('MQTT', 'MQIsdp', 'mqtt', '', 'MQTT\0'),
        level: fc.constantFrom(4, 4, 4, 3, 5, 0, 6, 0x84, 0x83, 255),
        connectFlags: fc.integer({ min: 0, max: 255 }),
        fields: fc.array(textBytes, { maxLength: 6 }),
      })
      .map(({ name, level, connectFlags, fields }) =>
        frame(0x10, field(Buffer.from(name)), Buffer.of(level, connectFlags, 0, 60), ...fields.map(field)),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 30 }))
      .map(([first, body]) => frame(first, Buffer.from(body))),
  },
  // The largest that a stranger may send, and one byte more.
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(65_536, 65_537)
      .map((size) =>
        frame(
          0x10,
          field(Buffer.from('MQTT')),
          Buffer.of(4, 2, 0, 0),
          field(Buffer.from('x')),
          Buffer.alloc(size - 13),
        ),
      ),
  },
);

const random: fc.Arbitrary<Buffer> = fc
  .uint8Array({ minLength: 1, maxLength: 200 })
  .map((bytes) => Buffer.from(bytes));

/** One thing that a hostile client sends. */
export const hostileFrame: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 30, arbitrary: written },
  { weight: 6, arbitrary: forged },
  { weight: 1, arbitrary: random },
);
