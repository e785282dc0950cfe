import { once } from 'node:events';
import { generate, type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type Frame, FrameReader } from '#broker/guards/frame-reader.ts';
import { community, RawClient, refusedBy, startTestBroker } from '#tests/broker/support/broker-under-test.ts';
import { fc } from '#tests/support/properties.ts';

const telemetry = `gridbell/${community}/smoke-1/telemetry`;
const frame = (first: number, body: Buffer) => {
  const length: number[] = [];
  for (let rest = body.length; ; ) {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    length.push(rest > 0 ? digit | 128 : digit);
    if (rest === 0) break;
  }
  return Buffer.concat([Buffer.of(first, ...length), body]);
};
const text = (bytes: string | Buffer) => {
  const body = Buffer.from(bytes as string);
  return Buffer.concat([Buffer.of(body.length >> 8, body.length & 255), body]);
};

describe('the guards', () => {
  it.each<[string, string, Buffer]>([
    ['a packet that is not CONNECT comes first', 'connect-expected', generate({ cmd: 'pingreq' })],
    ['HTTP is spoken', 'connect-expected', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['zeros come', 'connect-expected', Buffer.alloc(1_000)],
    ['a CONNECT is announced with 60 MiB', 'packet-too-large', Buffer.of(0x10, 0x80, 0x80, 0x80, 0x1e)],
    ['the length never ends', 'malformed-length', Buffer.of(0x10, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ['a field runs out of the packet', 'malformed-packet', frame(0x10, Buffer.of(0, 9, 77))],
    [
      'the client id is not UTF-8',
      'invalid-utf8',
      frame(0x10, Buffer.concat([text('MQTT'), Buffer.of(4, 2, 0, 0), text(Buffer.of(0xff, 0xfe))])),
    ],
  ])('close a connection on which %s: %s', async (_, reason, bytes) => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    client.socket.write(bytes);
    await client.closed();
    expect(client.packets).toEqual([]);
    expect(refusedBy(test.broker)).toEqual({ [reason]: 1 });
  });

  it.each<[string, string, Buffer]>([
    [
      'a topic that is not UTF-8',
      'invalid-utf8',
      frame(0x32, Buffer.concat([text(Buffer.of(0xc3, 0x28)), Buffer.of(0, 1, 120)])),
    ],
    ['a topic with NUL', 'invalid-utf8', frame(0x32, Buffer.concat([text('a\0b'), Buffer.of(0, 1, 120)]))],
    ['message id 0', 'message-id-zero', frame(0x32, Buffer.concat([text(telemetry), Buffer.of(0, 0, 120)]))],
    [
      'message id 0 at QoS 2',
      'message-id-zero',
      frame(0x34, Buffer.concat([text(telemetry), Buffer.of(0, 0, 120)])),
    ],
    ['no topic', 'empty-topic', frame(0x32, Buffer.concat([text(''), Buffer.of(0, 1, 120)]))],
    ['a topic longer than the packet', 'malformed-packet', frame(0x32, Buffer.of(0, 200, 65))],
    ['half a PUBREL', 'malformed-packet', frame(0x62, Buffer.of())],
    ['a PINGREQ with something in it', 'malformed-packet', frame(0xc0, Buffer.of(1, 2))],
    [
      'a filter with NUL',
      'invalid-utf8',
      frame(0x82, Buffer.concat([Buffer.of(0, 1), text('\0'), Buffer.of(0)])),
    ],
  ])('close the connection of a device that sends %s: %s', async (_, reason, bytes) => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1');
    client.socket.write(bytes);
    await client.closed();
    expect(client.packets).toEqual([]);
    expect(refusedBy(test.broker)).toEqual({ [reason]: 1 });
    expect(test.inbox.messages).toEqual([]);
  });

  it('take up to 4 MiB of a device, whatever its topic, and close beyond', async () => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1');
    const most = Buffer.alloc(4 * 2 ** 20, 'x');
    client.publish(telemetry, most, { qos: 1, messageId: 1 });
    expect(await client.next('puback')).toMatchObject({ messageId: 1 });
    expect(Buffer.compare(test.inbox.messages[0]?.payload ?? Buffer.of(), most)).toBe(0);
    client.publish(telemetry, Buffer.alloc(4 * 2 ** 20 + 1), { qos: 1, messageId: 2 });
    await client.closed();
    expect(client.packets).toEqual([]);
    expect(test.inbox.messages).toHaveLength(1);
    expect(refusedBy(test.broker)).toEqual({ 'payload-too-large': 1 });
  });

  it('refuse 60 MiB of CONNECT before they are buffered, over TCP and over WebSocket', async () => {
    await using test = await startTestBroker();
    const large = frame(0x10, Buffer.alloc(60 * 2 ** 20));
    using client = new RawClient(test.broker.mqttPort);
    let sent = 0;
    for (; sent < large.length && client.socket.writable; sent += 65_536) {
      const isTaken = client.socket.write(large.subarray(sent, sent + 65_536));
      if (!isTaken) await Promise.race([once(client.socket, 'drain').catch(() => {}), client.closed()]);
    }
    await client.closed();
    expect(sent).toBeLessThan(16 * 2 ** 20);
    const socket = new WebSocket(`ws://127.0.0.1:${test.broker.wsPort}`, 'mqtt');
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    // In a message that ws itself would take: it must not have to be whole before it is refused.
    socket.send(large.subarray(0, 2 ** 20), { fin: false });
    await closed;
    expect(refusedBy(test.broker)).toEqual({ 'packet-too-large': 2 });
    await expect.poll(() => test.broker.stats).toMatchObject({ connections: 0, messages: 0 });
  });

  it('let a client be hasty: what it sends behind its CONNECT in the same breath is taken', async () => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    client.sendConnect('smoke-1');
    for (let id = 1; id <= 100; id++) client.publish(telemetry, String(id), { qos: 1, messageId: id });
    for (let id = 1; id <= 100; id++) expect(await client.next('puback')).toMatchObject({ messageId: id });
    expect(test.inbox.payloads).toEqual(Array.from({ length: 100 }, (_, index) => String(index + 1)));
  });

  it('end a connection whose CONNECT does not come in time', async () => {
    await using test = await startTestBroker({ limits: { connectWithinMs: 50 } });
    using client = new RawClient(test.broker.mqttPort);
    client.socket.write(Buffer.of(0x10, 20, 0));
    await client.closed();
    await expect.poll(() => test.broker.stats.connections).toBe(0);
  });

  it('want WebSocket clients to speak mqtt, in binary', async () => {
    await using test = await startTestBroker();
    const other = new WebSocket(`ws://127.0.0.1:${test.broker.wsPort}`, 'chat');
    await expect(
      new Promise((resolve, reject) => other.once('open', resolve).once('error', reject)),
    ).rejects.toThrow(/400/);
    const talker = new WebSocket(`ws://127.0.0.1:${test.broker.wsPort}`, 'mqtt');
    await new Promise((resolve) => talker.once('open', resolve));
    expect(talker.protocol).toBe('mqtt');
    const answers: unknown[] = [];
    talker.on('message', (answer) => answers.push(answer));
    // A whole CONNECT, to which the broker would answer, but as text.
    const connect = { cmd: 'connect', clientId: 'x', protocolVersion: 4, clean: true, keepalive: 0 } as const;
    talker.send(generate(connect).toString());
    await new Promise((resolve) => talker.once('close', resolve));
    expect(answers).toEqual([]);
    await expect.poll(() => test.broker.stats.connections).toBe(0);
  });

  it('outlive any garbage, before and after the CONNECT', async () => {
    await using test = await startTestBroker();
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.boolean(),
        async (bytes, isKnown) => {
          using client = new RawClient(test.broker.mqttPort);
          if (isKnown) await client.connect('smoke-1');
          client.socket.end(Buffer.from(bytes));
          await client.closed();
        },
      ),
      { numRuns: 60 },
    );
    using client = new RawClient(test.broker.mqttPort);
    expect(await client.connect('smoke-2')).toBe(0);
  });
});

describe('the frame reader', () => {
  it('finds the same packets however the bytes are cut', () => {
    const topic = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((s) => !/[+#\0]/.test(s));
    const packet = fc.oneof(
      fc.record({
        cmd: fc.constant('publish' as const),
        topic,
        payload: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
        qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
        dup: fc.constant(false),
        retain: fc.boolean(),
        messageId: fc.integer({ min: 1, max: 65_535 }),
      }),
      fc.constant({ cmd: 'pingreq' as const }),
      fc.record({
        cmd: fc.constant('subscribe' as const),
        messageId: fc.integer({ min: 1, max: 65_535 }),
        subscriptions: fc.array(fc.record({ topic, qos: fc.constant(1 as const) }), {
          minLength: 1,
          maxLength: 5,
        }),
      }),
      fc.constant({ cmd: 'puback' as const, messageId: 3 }),
    );
    const framesIn = (chunks: readonly Buffer[]) => {
      const found: (Omit<Frame, 'body'> & { body: string })[] = [];
      const reader = new FrameReader<never>({
        atStart: () => true,
        atEnd: () => {},
        atHead: () => null,
        atBody: (one) => {
          found.push({ ...one, body: one.body.toString('hex') });
          return null;
        },
      });
      for (const chunk of chunks) expect(reader.push(chunk)).toBe(null);
      return found;
    };
    fc.assert(
      fc.property(
        fc.array(packet, { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
        (packets, cuts) => {
          const bytes = Buffer.concat(packets.map((one) => generate(one as Packet)));
          const chunks: Buffer[] = [];
          for (let at = 0, cut = 0; at < bytes.length; cut++) {
            const size = cuts[cut % cuts.length] ?? 1;
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          const whole = framesIn([bytes]);
          expect(whole).toHaveLength(packets.length);
          expect(framesIn(chunks)).toEqual(whole);
        },
      ),
    );
  });
});
