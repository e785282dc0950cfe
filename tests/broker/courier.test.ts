import { describe, expect, it } from 'vitest';
import { mostInFlight } from '#broker/commands/courier.ts';
import type { DeviceId } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import {
  asDevice,
  community,
  mosquitto,
  RawClient,
  startTestBroker,
} from '#tests/broker/support/broker-under-test.ts';

type TestBroker = Awaited<ReturnType<typeof startTestBroker>>;

const topic = `gridbell/${community}/smoke-1/command`;
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `c-${from + index}`);

/** Somebody asked for these. */
function ask(test: TestBroker, ...ids: string[]): void {
  for (const id of ids) test.commands.add('smoke-1', id);
  test.broker.commandsChanged(['smoke-1' as DeviceId]);
}

async function subscribe(client: RawClient, qos: 0 | 1 | 2 = 1): Promise<void> {
  client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos }] });
  await client.next('suback');
}

/** The next command: what it says, under which message id, and whether it is a repeat of the session. */
async function received(client: RawClient): Promise<{ id: string; messageId: number; dup: boolean } | null> {
  const packet = await client.next('publish');
  if (packet?.cmd !== 'publish') return null;
  return { id: String(packet.payload), messageId: packet.messageId ?? 0, dup: packet.dup };
}

/** Nothing more comes: what was written before the answer to a ping would have come before it. */
async function quiet(client: RawClient): Promise<readonly string[]> {
  client.send({ cmd: 'pingreq' });
  await client.next('pingresp');
  return client.packets.flatMap((packet) => (packet.cmd === 'publish' ? [String(packet.payload)] : []));
}

const told = (test: TestBroker): string[] =>
  test.inbox.records.flatMap((record) =>
    record.type === 'delivery' ? [`${record.command} ${record.reached}`] : [],
  );
const isTold = (test: TestBroker, line: string) => test.inbox.until(() => told(test).includes(line));

describe('a command', () => {
  it('waits for its device, goes out in order when it subscribes, and is done with its PUBACK', async () => {
    await using test = await startTestBroker();
    ask(test, 'c-1', 'c-2');
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1');
    expect(await quiet(client)).toEqual([]);
    await subscribe(client);
    const [first, second] = [await received(client), await received(client)];
    expect([first?.id, second?.id]).toEqual(['c-1', 'c-2']);
    await isTold(test, 'c-2 sent');
    client.send({ cmd: 'puback', messageId: first?.messageId ?? 0 });
    await isTold(test, 'c-1 delivered');
    ask(test, 'c-3');
    expect(await received(client)).toMatchObject({ id: 'c-3', dup: false });
    client.socket.destroy();
    using again = new RawClient(test.broker.mqttPort);
    await again.connect('smoke-1');
    await subscribe(again);
    expect([(await received(again))?.id, (await received(again))?.id]).toEqual(['c-2', 'c-3']);
    expect(await quiet(again)).toEqual([]);
    expect(told(test)).toEqual(['c-1 sent', 'c-2 sent', 'c-1 delivered', 'c-3 sent']);
  });

  it('comes again to a session that resumes: unacknowledged ones as repeats under their ids, new ones new', async () => {
    await using test = await startTestBroker();
    const stay = { clean: false, clientId: 'stays' } as const;
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1', stay);
    await subscribe(client);
    ask(test, 'c-1', 'c-2');
    const [first, second] = [await received(client), await received(client)];
    client.send({ cmd: 'puback', messageId: first?.messageId ?? 0 });
    await isTold(test, 'c-1 delivered');
    client.socket.destroy();
    await test.inbox.until(({ presence }) => presence.at(-1)?.online === false);
    ask(test, 'c-3');
    using resumed = new RawClient(test.broker.mqttPort);
    await resumed.connect('smoke-1', stay);
    expect(await received(resumed)).toEqual({ id: 'c-2', messageId: second?.messageId, dup: true });
    expect(await received(resumed)).toMatchObject({ id: 'c-3', dup: false });
    expect(await quiet(resumed)).toEqual([]);
    resumed.send({ cmd: 'disconnect' });
    await resumed.closed();
    // Without its session nothing is a repeat.
    using clean = new RawClient(test.broker.mqttPort);
    await clean.connect('smoke-1', { ...stay, clean: true });
    await subscribe(clean);
    expect(await received(clean)).toMatchObject({ id: 'c-2', dup: false });
    expect(await received(clean)).toMatchObject({ id: 'c-3', dup: false });
  });

  it('is no repeat to a session that gave its subscription up', async () => {
    await using test = await startTestBroker();
    const stay = { clean: false, clientId: 'stays' } as const;
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1', stay);
    await subscribe(client);
    ask(test, 'c-1', 'c-2');
    const [first, unheard] = [await received(client), await received(client)];
    client.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: [topic] });
    await client.next('unsuback');
    client.send({ cmd: 'puback', messageId: first?.messageId ?? 0 });
    await isTold(test, 'c-1 delivered');
    client.send({ cmd: 'disconnect' });
    await client.closed();
    using again = new RawClient(test.broker.mqttPort);
    again.sendConnect('smoke-1', stay);
    expect(await again.next('connack')).toMatchObject({ sessionPresent: false });
    await subscribe(again);
    const second = await received(again);
    expect(second).toMatchObject({ id: 'c-2', dup: false });
    expect(second?.messageId).not.toBe(unheard?.messageId);
  });

  it('goes to every connection of the device that is subscribed, and to no other; one PUBACK is enough', async () => {
    await using test = await startTestBroker();
    const [one, two, deaf, other] = [1, 2, 3, 4].map(() => new RawClient(test.broker.mqttPort));
    if (!one || !two || !deaf || !other) throw new Error('no clients');
    await one.connect('smoke-1', { clientId: 'one' });
    await two.connect('smoke-1', { clientId: 'two' });
    await deaf.connect('smoke-1', { clientId: 'deaf' });
    await other.connect('smoke-2');
    await subscribe(one);
    await subscribe(two);
    await subscribe(deaf);
    deaf.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: [topic] });
    await deaf.next('unsuback');
    ask(test, 'c-1');
    const got = await received(one);
    expect(await received(two)).toMatchObject({ id: 'c-1' });
    one.send({ cmd: 'puback', messageId: got?.messageId ?? 0 });
    await isTold(test, 'c-1 delivered');
    expect(await quiet(deaf)).toEqual([]);
    expect(await quiet(other)).toEqual([]);
    await subscribe(deaf);
    expect(await quiet(deaf)).toEqual([]);
    expect(told(test)).toEqual(['c-1 sent', 'c-1 delivered']);
    for (const client of [one, two, deaf, other]) client.socket.destroy();
  });

  it('to a subscription at QoS 0 is never delivered, and comes again with each connection', async () => {
    await using test = await startTestBroker();
    for (let round = 0; round < 2; round++) {
      using client = new RawClient(test.broker.mqttPort);
      await client.connect('smoke-1');
      await subscribe(client, 0);
      if (round === 0) ask(test, ...numbered(1, mostInFlight + 5));
      const got = [];
      for (let n = 0; n < mostInFlight + 5; n++) got.push((await received(client))?.id);
      expect(got).toEqual(numbered(1, mostInFlight + 5));
      client.send({ cmd: 'puback', messageId: 1 });
      expect(await quiet(client)).toEqual([]);
    }
    expect(told(test)).toEqual(numbered(1, mostInFlight + 5).map((id) => `${id} sent`));
  });

  it(`waits while ${mostInFlight} are not acknowledged`, async () => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1');
    await subscribe(client, 2);
    ask(test, ...numbered(1, mostInFlight + 2));
    let last = await received(client);
    for (let n = 2; n <= mostInFlight; n++) last = await received(client);
    expect(last?.id).toBe(`c-${mostInFlight}`);
    expect(await quiet(client)).toEqual([]);
    client.send({ cmd: 'puback', messageId: last?.messageId ?? 0 });
    expect(await received(client)).toMatchObject({ id: `c-${mostInFlight + 1}` });
    // One that expires makes room as well.
    test.commands.end('smoke-1', 'c-1');
    ask(test);
    expect(await received(client)).toMatchObject({ id: `c-${mostInFlight + 2}` });
  });

  it('that expired is acknowledged late: the PUBACK is taken for no other command', async () => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1');
    await subscribe(client);
    ask(test, 'c-1');
    const first = await received(client);
    test.commands.end('smoke-1', 'c-1');
    ask(test, 'c-2');
    const second = await received(client);
    expect(second?.messageId).not.toBe(first?.messageId);
    client.send({ cmd: 'puback', messageId: first?.messageId ?? 0 });
    client.send({ cmd: 'puback', messageId: ((second?.messageId ?? 0) % 65_535) + 1 });
    client.send({ cmd: 'pubcomp', messageId: second?.messageId ?? 0 });
    await quiet(client);
    expect(told(test)).toEqual(['c-1 sent', 'c-2 sent', 'c-1 delivered']);
  });

  it('of which the delivery could not be recorded comes again with the next connection', async () => {
    await using test = await startTestBroker();
    test.inbox.before = (record) => {
      if (record.type === 'delivery' && record.reached === 'delivered') throw new Error('no room');
    };
    for (let round = 0; round < 2; round++) {
      using client = new RawClient(test.broker.mqttPort);
      await client.connect('smoke-1');
      await subscribe(client);
      if (round === 0) ask(test, 'c-1');
      const got = await received(client);
      expect(got?.id).toBe('c-1');
      client.send({ cmd: 'puback', messageId: got?.messageId ?? 0 });
      await quiet(client);
      test.inbox.before = () => {};
    }
    expect(told(test)).toEqual(['c-1 sent', 'c-1 delivered']);
    expect(test.log.lines.map((line) => line.message)).toEqual(['a delivery was not recorded']);
  });

  it('of which the delivery finds no room on the disk is delivered when there is some', async () => {
    await using test = await startTestBroker({ sweepEveryMs: 5 });
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1');
    await subscribe(client);
    ask(test, 'c-1');
    await isTold(test, 'c-1 sent');
    let tries = 0;
    test.inbox.before = () => {
      if (++tries < 3) throw new GridbellError('disk-full', 'no room');
    };
    client.send({ cmd: 'puback', messageId: (await received(client))?.messageId ?? 0 });
    await isTold(test, 'c-1 delivered');
    expect(test.log.lines).toEqual([]);
  });

  it('that was acknowledged does not come again while its delivery is on the way to the disk', async () => {
    await using test = await startTestBroker();
    const disk = Promise.withResolvers<void>();
    test.inbox.before = (record) =>
      record.type === 'delivery' && record.reached === 'delivered' ? disk.promise : undefined;
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1');
    await subscribe(client);
    ask(test, 'c-1');
    const got = await received(client);
    client.send({ cmd: 'puback', messageId: got?.messageId ?? 0 });
    await quiet(client);
    using again = new RawClient(test.broker.mqttPort);
    await again.connect('smoke-1', { clientId: 'again' });
    await subscribe(again);
    expect(await quiet(again)).toEqual([]);
    disk.resolve();
    await isTold(test, 'c-1 delivered');
    ask(test, 'c-2');
    expect(await received(again)).toMatchObject({ id: 'c-2' });
  });

  it('that cannot be read goes out when it can, and the connection goes on', async () => {
    await using test = await startTestBroker({ sweepEveryMs: 5 });
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1');
    await subscribe(client);
    test.commands.before = () => {
      throw new Error('the store is away');
    };
    ask(test, 'c-1');
    expect(await quiet(client)).toEqual([]);
    test.commands.before = () => {};
    expect(await received(client)).toMatchObject({ id: 'c-1' });
    expect(test.log.lines).toMatchObject([{ level: 'error', details: { error: 'the store is away' } }]);
  });

  it('that is sent once goes out over one connection, and only when it is on disk that it did', async () => {
    await using test = await startTestBroker();
    const disk = Promise.withResolvers<void>();
    test.inbox.before = (record) => (record.type === 'delivery' ? disk.promise : undefined);
    using one = new RawClient(test.broker.mqttPort);
    using two = new RawClient(test.broker.mqttPort);
    await one.connect('smoke-1', { clientId: 'one' });
    await two.connect('smoke-1', { clientId: 'two' });
    await subscribe(one);
    await subscribe(two);
    test.commands.add('smoke-1', 'c-1', true);
    ask(test);
    // Whoever is killed now leaves nothing behind that says that it was sent.
    expect([await quiet(one), await quiet(two)]).toEqual([[], []]);
    using third = new RawClient(test.broker.mqttPort);
    await third.connect('smoke-1', { clientId: 'third' });
    await subscribe(third);
    expect(await quiet(third)).toEqual([]);
    disk.resolve();
    await isTold(test, 'c-1 sent');
    expect(await received(one)).toMatchObject({ id: 'c-1', dup: false });
    using late = new RawClient(test.broker.mqttPort);
    await late.connect('smoke-1', { clientId: 'late' });
    await subscribe(late);
    for (const client of [one, two, third, late]) expect(await quiet(client)).toEqual([]);
    expect(told(test)).toEqual(['c-1 sent']);
  });

  it('that is sent once goes over another connection where its own ended meanwhile, and over none when it is over', async () => {
    await using test = await startTestBroker();
    let disk = Promise.withResolvers<void>();
    test.inbox.before = (record) => (record.type === 'delivery' ? disk.promise : undefined);
    using one = new RawClient(test.broker.mqttPort);
    using two = new RawClient(test.broker.mqttPort);
    await one.connect('smoke-1', { clientId: 'one' });
    await subscribe(one);
    await two.connect('smoke-1', { clientId: 'two' });
    await subscribe(two);
    test.commands.add('smoke-1', 'c-1', true);
    ask(test);
    one.send({ cmd: 'disconnect' });
    await one.closed();
    await quiet(two);
    disk.resolve();
    expect(await received(two)).toMatchObject({ id: 'c-1' });
    disk = Promise.withResolvers<void>();
    test.commands.add('smoke-1', 'c-2', true);
    ask(test);
    await quiet(two);
    // It expired, or somebody withdrew it, while the disk was busy.
    test.commands.end('smoke-1', 'c-2');
    disk.resolve();
    await isTold(test, 'c-2 sent');
    expect(await quiet(two)).toEqual([]);
  });

  it('is shown by mosquitto_sub, at the QoS that it has by itself', async () => {
    await using test = await startTestBroker();
    ask(test, 'c-1');
    const shown = mosquitto('mosquitto_sub', test.broker.mqttPort, [
      ...asDevice('smoke-1'),
      '-t',
      topic,
      '-C',
      '1',
      '-W',
      '10',
    ]);
    expect(await shown).toEqual({ code: 0, output: 'c-1\n' });
  });
});
