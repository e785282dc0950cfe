import { describe, expect, it } from 'vitest';
import { community, RawClient, startTestBroker } from '#tests/broker/support/broker-under-test.ts';

const status = (device: string) => `gridbell/${community}/${device}/status`;
const willOf = (device: string) => ({
  topic: status(device),
  payload: 'offline',
  qos: 1 as const,
  retain: true,
});
type Test = Awaited<ReturnType<typeof startTestBroker>>;
const seen = ({ inbox }: Test) =>
  inbox.records.map((record) => {
    if (record.type === 'presence') return `${record.online ? 'online' : 'offline'} by ${record.cause}`;
    return record.type === 'message' ? `said ${Buffer.from(record.payload).toString()}` : record.type;
  });
const came = (test: Test, count: number) => test.inbox.until(({ records }) => records.length >= count);

describe('the presence of a device', () => {
  it('begins with its CONNECT and ends with its DISCONNECT, without the will', async () => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1', { will: willOf('smoke-1') });
    client.send({ cmd: 'disconnect' });
    await came(test, 2);
    expect(seen(test)).toEqual(['online by connect', 'offline by disconnect']);
    expect(test.inbox.presence[0]).toMatchObject({ device: 'smoke-1', at: test.clock.now() });
    await expect.poll(() => test.broker.stats).toMatchObject({ connections: 0, devicesOnline: 0 });
  });

  it('ends when the connection is lost, and the will is on disk before that', async () => {
    await using test = await startTestBroker();
    const client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1', { will: willOf('smoke-1') });
    client.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: `gridbell/${community}/smoke-1/command`, qos: 1 }],
    });
    await client.next('suback');
    client.socket.resetAndDestroy();
    await came(test, 3);
    expect(seen(test)).toEqual(['online by connect', 'said offline', 'offline by connection-lost']);
    expect(test.inbox.messages[0]).toMatchObject({
      sender: 'smoke-1',
      client: 'raw-smoke-1',
      topic: status('smoke-1'),
      qos: 1,
      retain: true,
      messageId: 0,
      state: false,
    });
  });

  it('ends when the keep-alive runs out', async () => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1', { keepalive: 1 });
    await came(test, 2);
    expect(seen(test)).toEqual(['online by connect', 'offline by keep-alive']);
  });

  it('lasts as long as one of its connections', async () => {
    await using test = await startTestBroker();
    using first = new RawClient(test.broker.mqttPort);
    using second = new RawClient(test.broker.mqttPort);
    await first.connect('smoke-1', { clientId: 'a' });
    await second.connect('smoke-1', { clientId: 'b' });
    first.send({ cmd: 'disconnect' });
    await first.closed();
    second.publish(`gridbell/${community}/smoke-1/telemetry`, 'x', { qos: 1, messageId: 1 });
    await second.next('puback');
    second.socket.destroy();
    await came(test, 3);
    expect(seen(test)).toEqual(['online by connect', 'said x', 'offline by connection-lost']);
  });

  it('does not change when a new connection takes the client id over; the will of the old one is said', async () => {
    await using test = await startTestBroker();
    using old = new RawClient(test.broker.mqttPort);
    await old.connect('smoke-1', { will: willOf('smoke-1') });
    using taker = new RawClient(test.broker.mqttPort);
    await taker.connect('smoke-1');
    await old.closed();
    expect(seen(test)).toEqual(['online by connect', 'said offline']);
    expect(test.broker.stats).toMatchObject({ devicesOnline: 1 });
  });

  it("cannot be ended by another device's use of the client id", async () => {
    await using test = await startTestBroker();
    using victim = new RawClient(test.broker.mqttPort);
    await victim.connect('smoke-1', { clientId: 'the same' });
    using other = new RawClient(test.broker.mqttPort);
    await other.connect('smoke-2', { clientId: 'the same' });
    victim.send({ cmd: 'pingreq' });
    expect(await victim.next('pingresp')).toBeDefined();
  });

  it('ends when the device is disconnected by us', async () => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    using other = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1');
    await other.connect('smoke-2');
    test.broker.disconnectDevices(['smoke-1', 'unknown']);
    await client.closed();
    await came(test, 3);
    expect(seen(test)).toEqual(['online by connect', 'online by connect', 'offline by disconnect']);
  });

  it('is left alone when the broker stops: no record, no will', async () => {
    const test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    using half = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1', { will: willOf('smoke-1') });
    half.socket.write(Buffer.of(0x10));
    await test.broker.close();
    await client.closed();
    await half.closed();
    expect(seen(test)).toEqual(['online by connect']);
  });

  it('that cannot be recorded ends neither the connection nor the process', async () => {
    await using test = await startTestBroker();
    test.inbox.before = () => {
      throw new Error('no room');
    };
    using client = new RawClient(test.broker.mqttPort);
    expect(await client.connect('smoke-1')).toBe(0);
    expect(test.log.lines.map((line) => line.message)).toEqual(['presence was not recorded']);
  });
});
