import { once } from 'node:events';
import { generate } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { position } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import type { InboxRecord } from '#model/record.ts';
import { community, RawClient, refusedBy, startTestBroker } from '#tests/broker/support/broker-under-test.ts';

const telemetry = (device: string) => `gridbell/${community}/${device}/telemetry`;
const full = () => Promise.reject(new GridbellError('disk-full', 'no room'));
const soon = { sweepEveryMs: 5 };
const send = (client: RawClient, device: string, ids: readonly number[]) => {
  for (const messageId of ids) client.publish(telemetry(device), `${messageId}`, { qos: 1, messageId });
};
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const isMessage = (record: InboxRecord) => record.type === 'message';

describe('a client whose messages do not get to the disk', () => {
  it('is not read beyond its limit, and every message is acknowledged in order once the disk goes on', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await using test = await startTestBroker({ ...soon, limits: { underWayOfConnection: 10 } });
    let asked = 0;
    test.inbox.before = (record) => {
      if (isMessage(record)) asked++;
      return isMessage(record) ? promise : undefined;
    };
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1');
    send(client, 'smoke-1', range(1, 500));
    await expect.poll(() => test.broker.stats.underWay).toBe(10);
    expect(asked).toBe(10);
    resolve();
    for (const messageId of range(1, 500)) expect(await client.next('puback')).toMatchObject({ messageId });
    expect(test.inbox.payloads).toEqual(range(1, 500).map(String));
  });

  it('does not keep turns that it had no use for', async () => {
    const limits = { underWay: 4 };
    await using test = await startTestBroker({ ...soon, limits });
    let disk = Promise.withResolvers<void>();
    test.inbox.before = (record) => (isMessage(record) ? disk.promise : undefined);
    using first = new RawClient(test.broker.mqttPort);
    using second = new RawClient(test.broker.mqttPort);
    await Promise.all([first.connect('smoke-1'), second.connect('lamp-1')]);
    send(first, 'smoke-1', range(1, 4));
    await expect.poll(() => test.broker.stats.underWay).toBe(4);
    send(second, 'lamp-1', [1]);
    await expect.poll(() => test.broker.stats.waiting.turn).toBe(1);
    disk.resolve();
    expect(await second.next('puback')).toMatchObject({ messageId: 1 });
    disk = Promise.withResolvers();
    send(second, 'lamp-1', range(2, 9));
    await expect.poll(() => test.broker.stats.waiting.turn).toBe(1);
    expect(test.broker.stats.underWay).toBe(4);
    disk.resolve();
    for (const messageId of range(2, 9)) expect(await second.next('puback')).toMatchObject({ messageId });
  });

  it('is answered its pings and outlives its keep-alive, while others are served', async () => {
    await using test = await startTestBroker({
      ...soon,
      limits: { underWayOfConnection: 2, answerPingsAfterMs: 0 },
    });
    test.inbox.before = (record) =>
      record.type === 'message' && String(record.sender) === 'smoke-1' ? new Promise(() => {}) : undefined;
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1', { keepalive: 1 });
    send(client, 'smoke-1', range(1, 3));
    await expect.poll(() => test.broker.stats.underWay).toBe(2);
    // It stands behind the message that waits.
    client.send({ cmd: 'pingreq' });
    expect(await client.next('pingresp')).toBeDefined();
    client.send({ cmd: 'pingreq' });
    expect(await client.next('pingresp')).toBeDefined();
    using other = new RawClient(test.broker.mqttPort);
    await other.connect('smoke-2');
    send(other, 'smoke-2', [1]);
    expect(await other.next('puback')).toMatchObject({ messageId: 1 });
    expect(client.socket.destroyed).toBe(false);
  });
});

describe('a DISCONNECT behind messages that wait', () => {
  it('is none when the connection is lost before they pass', async () => {
    await using test = await startTestBroker({ ...soon, limits: { underWayOfConnection: 1 } });
    test.inbox.before = (record) => (isMessage(record) ? new Promise(() => {}) : undefined);
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('lamp-1');
    send(client, 'lamp-1', range(1, 2));
    client.send({ cmd: 'disconnect' });
    await expect.poll(() => test.broker.stats.underWay).toBe(1);
    client.socket.resetAndDestroy();
    await test.inbox.until(({ presence }) => presence.length === 2);
    expect(test.inbox.presence.map(({ cause }) => cause)).toEqual(['connect', 'connection-lost']);
  });
});

describe('a disk without room', () => {
  it('keeps a message unacknowledged until there is room, without the client doing anything', async () => {
    await using test = await startTestBroker({ ...soon, limits: { answerPingsAfterMs: 0 } });
    test.inbox.before = (record) => (isMessage(record) ? full() : undefined);
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('z2m-1', { keepalive: 1 });
    send(client, 'z2m-1', range(1, 5));
    await expect.poll(() => test.broker.stats.underWay).toBe(5);
    test.broker.roomChanged('none');
    send(client, 'z2m-1', range(6, 10));
    client.send({ cmd: 'pingreq' });
    expect(await client.next('pingresp')).toBeDefined();
    expect(client.packets.filter(({ cmd }) => cmd === 'puback')).toEqual([]);
    test.inbox.before = () => {};
    test.broker.roomChanged('ample');
    for (const messageId of range(1, 10)) expect(await client.next('puback')).toMatchObject({ messageId });
    expect(test.inbox.payloads).toEqual(range(1, 10).map(String));
  });

  it('ends a connection that has waited too long, so that its device looks for help elsewhere', async () => {
    await using test = await startTestBroker({ ...soon, limits: { patienceMs: 50 } });
    test.inbox.before = (record) => (isMessage(record) ? full() : undefined);
    using held = new RawClient(test.broker.mqttPort);
    await held.connect('smoke-1');
    send(held, 'smoke-1', [1]);
    await held.closed();
    test.broker.roomChanged('none');
    using waiting = new RawClient(test.broker.mqttPort);
    await waiting.connect('smoke-2');
    send(waiting, 'smoke-2', [1]);
    await waiting.closed();
    expect(refusedBy(test.broker)).toEqual({ 'inbox-refused': 2 });
    expect([...held.packets, ...waiting.packets].filter(({ cmd }) => cmd === 'puback')).toEqual([]);
    expect(test.inbox.messages).toEqual([]);
  });

  it('lets a smoke detector through where only what is vital has room, and nobody else', async () => {
    await using test = await startTestBroker(soon);
    test.broker.roomChanged('tight');
    using lamp = new RawClient(test.broker.mqttPort);
    await lamp.connect('lamp-1');
    send(lamp, 'lamp-1', [1]);
    using smoke = new RawClient(test.broker.mqttPort);
    await smoke.connect('smoke-1');
    send(smoke, 'smoke-1', [1]);
    expect(await smoke.next('puback')).toMatchObject({ messageId: 1 });
    await expect.poll(() => test.broker.stats.waiting.disk).toBe(1);
    expect(test.inbox.messages.map(({ sender }) => String(sender))).toEqual(['smoke-1']);
    test.broker.roomChanged('ample');
    expect(await lamp.next('puback')).toMatchObject({ messageId: 1 });
  });

  it('holds that only short messages are vital: alarms of a gateway, not pictures', async () => {
    const asked: string[] = [];
    await using test = await startTestBroker({
      ...soon,
      inbox: {
        append: async (record, urgency = 'ordinary') => {
          if (record.type === 'message') asked.push(`${record.payload.length} ${urgency}`);
          return position(1);
        },
      },
    });
    using gateway = new RawClient(test.broker.mqttPort);
    await gateway.connect('z2m-1');
    for (const [index, bytes] of [8_192, 8_193].entries()) {
      const messageId = index + 1;
      gateway.publish('zigbee2mqtt/x', 'x'.repeat(bytes), { qos: 1, messageId });
      expect(await gateway.next('puback')).toMatchObject({ messageId });
    }
    expect(asked).toEqual(['8192 vital', '8193 ordinary']);
  });

  it('does not hold the stop of the broker up', async () => {
    await using test = await startTestBroker({ ...soon, sweepEveryMs: 60_000 });
    test.inbox.before = (record) => (isMessage(record) ? full() : undefined);
    using held = new RawClient(test.broker.mqttPort);
    await held.connect('smoke-1');
    send(held, 'smoke-1', range(1, 5));
    await expect.poll(() => test.broker.stats.underWay).toBe(5);
    test.broker.roomChanged('none');
    using waiting = new RawClient(test.broker.mqttPort);
    await waiting.connect('smoke-2');
    send(waiting, 'smoke-2', [1]);
    await expect.poll(() => test.broker.stats.waiting.disk).toBe(1);
    await test.broker.close();
    await Promise.all([held.closed(), waiting.closed()]);
    expect([...held.packets, ...waiting.packets]).toEqual([]);
    await expect.poll(() => test.broker.stats.underWay).toBe(0);
    // The inbox may still hear of room: nobody is there any more.
    test.broker.roomChanged('ample');
  });

  it('keeps few of the wills of those who come and go meanwhile', async () => {
    await using test = await startTestBroker({ ...soon, limits: { underWay: 5 } });
    test.inbox.before = (record) => (isMessage(record) ? full() : undefined);
    test.broker.roomChanged('tight');
    const payload = Buffer.alloc(60_000);
    for (const number of range(1, 30)) {
      using client = new RawClient(test.broker.mqttPort);
      const will = { topic: telemetry('lamp-1'), payload, qos: 1, retain: false } as const;
      await client.connect('lamp-1', { clientId: `c${number}`, will });
    }
    await expect.poll(() => refusedBy(test.broker)).toEqual({ 'inbox-refused': 20 });
    test.inbox.before = () => {};
    test.broker.roomChanged('ample');
    await expect.poll(() => test.inbox.messages.length).toBe(10);
  });

  it('tells presence later: the last word of each device', async () => {
    await using test = await startTestBroker(soon);
    test.inbox.before = full;
    for (const device of ['smoke-1', 'smoke-2']) {
      using client = new RawClient(test.broker.mqttPort);
      await client.connect(device);
      if (device === 'smoke-2') client.send({ cmd: 'disconnect' });
      await expect.poll(() => test.broker.stats.devicesOnline).toBe(1);
      if (device === 'smoke-2') await client.closed();
      else client.socket.destroy();
      await expect.poll(() => test.broker.stats.devicesOnline).toBe(0);
    }
    using back = new RawClient(test.broker.mqttPort);
    await back.connect('smoke-1');
    test.inbox.before = () => {};
    await test.inbox.until(({ presence }) => presence.length >= 2);
    const told = test.inbox.presence.map(({ device, online }) => `${device} ${online ? 'on' : 'off'}`);
    expect(told.toSorted()).toEqual(['smoke-1 on', 'smoke-2 off']);
  });
});

describe('the door', () => {
  it('lets no more connections in than the limit, and others when one has left', async () => {
    await using test = await startTestBroker({ limits: { connections: 2 } });
    using first = new RawClient(test.broker.mqttPort);
    using second = new RawClient(test.broker.mqttPort);
    await Promise.all([first.connect('smoke-1'), second.connect('smoke-2')]);
    using third = new RawClient(test.broker.mqttPort);
    await third.closed();
    expect(refusedBy(test.broker)).toEqual({ 'too-many-connections': 1 });
    first.socket.destroy();
    await expect.poll(() => test.broker.stats.connections).toBe(1);
    using fourth = new RawClient(test.broker.mqttPort);
    expect(await fourth.connect('smoke-1')).toBe(0);
  });

  it('keeps the last connections for devices that have few', async () => {
    await using test = await startTestBroker({ limits: { connections: 20 } });
    const clients: RawClient[] = [];
    const codes: number[] = [];
    for (let number = 0; number < 19; number++) {
      const client = new RawClient(test.broker.mqttPort);
      clients.push(client);
      codes.push(await client.connect('lamp-1', { clientId: `c${number}` }));
    }
    expect(codes).toEqual([...Array.from({ length: 18 }, () => 0), 3]);
    await clients[18]?.closed();
    using smoke = new RawClient(test.broker.mqttPort);
    expect(await smoke.connect('smoke-1')).toBe(0);
    for (const client of clients) client.socket.destroy();
  });

  it('lets an address have no more than its limit', async () => {
    await using test = await startTestBroker({ limits: { connectionsOfAddress: 1 } });
    using first = new RawClient(test.broker.mqttPort);
    await first.connect('smoke-1');
    using second = new RawClient(test.broker.mqttPort);
    await second.closed();
    expect(refusedBy(test.broker)).toEqual({ 'too-many-of-address': 1 });
  });

  it('lets those who come all at once in one after the other, and closes those for whom even waiting is too much', async () => {
    await using test = await startTestBroker({ limits: { connectsPerSecond: 50, waitingConnects: 10 } });
    const clients = Array.from({ length: 130 }, () => new RawClient(test.broker.mqttPort));
    const codes = await Promise.all(
      clients.map((client, index) => client.connect('smoke-1', { clientId: `c${index}` })),
    );
    const inside = codes.filter((code) => code === 0).length;
    expect(inside).toBeGreaterThanOrEqual(110);
    expect(refusedBy(test.broker)).toEqual({ 'too-many-waiting': 130 - inside });
    for (const client of clients) client.socket.destroy();
  });
});

describe('a client that does not read', () => {
  it('is not read on, so that its pings fill no memory', async () => {
    await using test = await startTestBroker({ limits: { packetsPerSecond: 1_000_000 } });
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1');
    client.socket.pause();
    const pings = Buffer.alloc(65_536, Buffer.of(0xc0, 0));
    let sent = 0;
    while (sent < 64 * 2 ** 20 && client.socket.writableLength < 4 * 2 ** 20) {
      client.socket.write(pings);
      sent += pings.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(client.socket.writableLength).toBeGreaterThan(2 ** 20);
    using other = new RawClient(test.broker.mqttPort);
    await other.connect('smoke-2');
    send(other, 'smoke-2', [1]);
    expect(await other.next('puback')).toMatchObject({ messageId: 1 });
  });
});

describe('a message that does not end', () => {
  const large = (device: string, messageId: number) =>
    generate({
      cmd: 'publish',
      topic: telemetry(device),
      payload: Buffer.alloc(300_000, 'x'),
      qos: 1,
      messageId,
      dup: false,
      retain: false,
    });

  it('takes up nothing that others need, however many do so', async () => {
    await using test = await startTestBroker({ limits: { underWay: 20 } });
    const clients = Array.from({ length: 40 }, () => new RawClient(test.broker.mqttPort));
    await Promise.all(clients.map((client, index) => client.connect('lamp-1', { clientId: `c${index}` })));
    for (const client of clients) {
      send(client, 'lamp-1', [1]);
      client.socket.write(large('lamp-1', 2).subarray(0, 20));
    }
    for (const client of clients) expect(await client.next('puback')).toMatchObject({ messageId: 1 });
    using other = new RawClient(test.broker.mqttPort);
    await other.connect('lamp-1', { clientId: 'other' });
    send(other, 'lamp-1', range(1, 50));
    for (const messageId of range(1, 50)) expect(await other.next('puback')).toMatchObject({ messageId });
    for (const client of clients) client.socket.destroy();
  });

  it('lets other large ones wait for its place, then take it', async () => {
    await using test = await startTestBroker({ ...soon, limits: { largeAtOnce: 1 } });
    using first = new RawClient(test.broker.mqttPort);
    using second = new RawClient(test.broker.mqttPort);
    await Promise.all([first.connect('lamp-1'), second.connect('smoke-1')]);
    first.socket.write(large('lamp-1', 1).subarray(0, 200_000));
    await expect.poll(() => test.broker.stats.underWay).toBe(1);
    second.socket.write(large('smoke-1', 2));
    first.socket.write(large('lamp-1', 1).subarray(200_000));
    expect(await first.next('puback')).toMatchObject({ messageId: 1 });
    expect(await second.next('puback')).toMatchObject({ messageId: 2 });
    expect(test.inbox.messages.map(({ payload }) => payload.length)).toEqual([300_000, 300_000]);
  });

  it('does not keep a client alive that falls silent amid it', async () => {
    await using test = await startTestBroker(soon);
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('lamp-1', { keepalive: 1 });
    client.socket.write(large('lamp-1', 1).subarray(0, 200_000));
    await client.closed();
    await test.inbox.until(({ presence }) => presence.some(({ cause }) => cause === 'keep-alive'));
    expect(test.broker.stats.underWay).toBe(0);
  });

  it('is cut off when it takes too long and others wait', async () => {
    await using test = await startTestBroker({ ...soon, limits: { largeAtOnce: 1, largeWithinMs: 300 } });
    using slow = new RawClient(test.broker.mqttPort);
    using second = new RawClient(test.broker.mqttPort);
    await Promise.all([slow.connect('lamp-1'), second.connect('smoke-1')]);
    slow.socket.write(large('lamp-1', 1).subarray(0, 200_000));
    await expect.poll(() => test.broker.stats.underWay).toBe(1);
    second.socket.write(large('smoke-1', 2));
    await slow.closed();
    expect(await second.next('puback')).toMatchObject({ messageId: 2 });
    expect(refusedBy(test.broker)).toEqual({ 'too-slow': 1 });
  });

  it('is one of few over WebSocket too, where the message must be whole before anybody sees it', async () => {
    await using test = await startTestBroker({ ...soon, limits: { largeAtOnce: 2, largeWithinMs: 300 } });
    const open = async (clientId: string) => {
      const socket = new WebSocket(`ws://127.0.0.1:${test.broker.wsPort}`, 'mqtt');
      socket.on('error', () => {});
      await once(socket, 'open');
      const connect = {
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        clientId,
        keepalive: 0,
      } as const;
      const account = { username: 'lamp-1', password: Buffer.from('secret-l') };
      const answered = once(socket, 'message');
      socket.send(generate({ cmd: 'connect', ...connect, ...account }));
      await answered;
      return socket;
    };
    const sockets = await Promise.all(['a', 'b', 'c'].map(open));
    const closed = sockets.map((socket) => once(socket, 'close'));
    for (const socket of sockets) socket.send(large('lamp-1', 1).subarray(0, 200_000), { fin: false });
    // One at once, the others when they took too long.
    await Promise.all(closed);
    expect(refusedBy(test.broker)).toEqual({ 'too-many-large': 1, 'too-slow': 2 });
    const whole = await open('d');
    let answer = Buffer.of();
    whole.on('message', (part: Buffer) => {
      answer = Buffer.concat([answer, part]);
    });
    whole.send(large('lamp-1', 9));
    await expect.poll(() => [...answer]).toEqual([0x40, 2, 0, 9]);
    whole.terminate();
  });
});
