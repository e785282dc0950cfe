import { describe, expect, it } from 'vitest';
import { mostFilters } from '#broker/connection.ts';
import { mostHalfOpen, mostSessions, Sessions } from '#broker/sessions.ts';
import { community, RawClient, refusedBy, startTestBroker } from '#tests/broker/support/broker-under-test.ts';
import { collectGarbage } from '#tests/support/collect-garbage.ts';

const command = `gridbell/${community}/smoke-1/command`;
const none = { addSubscriptions: () => Promise.resolve(), cleanSubscriptions: () => Promise.resolve() };
const store = (sessions: Sessions) =>
  sessions.replacing(none, { isGranted: () => true, isLetIn: () => true, onPuback: () => undefined });

/** Connects with a session that outlives the connection, and subscribes to commands. */
async function stay(client: RawClient, clientId: string): Promise<boolean> {
  await client.connect('smoke-1', { clean: false, clientId });
  client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: command, qos: 1 }] });
  return (await client.next('suback')) !== undefined;
}
async function leave(client: RawClient): Promise<void> {
  client.send({ cmd: 'disconnect' });
  await client.closed();
}
/** Whether the broker has the session when its client comes again. */
async function isPresent(port: number, clientId: string): Promise<boolean> {
  using client = new RawClient(port);
  client.sendConnect('smoke-1', { clean: false, clientId });
  const connack = await client.next('connack');
  await leave(client);
  return connack?.cmd === 'connack' && connack.sessionPresent;
}

describe('the sessions of a device', () => {
  it(`that outlive their connections are ${mostSessions}: the one that was away longest goes`, async () => {
    await using test = await startTestBroker();
    const { mqttPort } = test.broker;
    using staying = new RawClient(mqttPort);
    await stay(staying, 'session-0');
    for (let number = 1; number <= mostSessions; number++) {
      using client = new RawClient(mqttPort);
      await stay(client, `session-${number}`);
      await leave(client);
    }
    // session-0 is older, and connected.
    expect(await isPresent(mqttPort, 'session-2')).toBe(true);
    expect(await isPresent(mqttPort, 'session-8')).toBe(true);
    expect(await isPresent(mqttPort, 'session-1')).toBe(false);
    // That was a ninth again.
    expect(await isPresent(mqttPort, 'session-3')).toBe(false);
    await leave(staying);
    expect(await isPresent(mqttPort, 'session-0')).toBe(true);
    expect(refusedBy(test.broker)).toEqual({});
  });

  it('that are all connected let no other in, but a clean one', async () => {
    await using test = await startTestBroker();
    const clients: RawClient[] = [];
    for (let number = 0; number < mostSessions; number++) {
      const client = new RawClient(test.broker.mqttPort);
      clients.push(client);
      await stay(client, `session-${number}`);
    }
    using ninth = new RawClient(test.broker.mqttPort);
    expect(await ninth.connect('smoke-1', { clean: false, clientId: 'ninth' })).toBe(3);
    using clean = new RawClient(test.broker.mqttPort);
    expect(await clean.connect('smoke-1', { clean: true, clientId: 'tenth' })).toBe(0);
    using again = new RawClient(test.broker.mqttPort);
    expect(await again.connect('smoke-1', { clean: false, clientId: 'session-3' })).toBe(0);
    using other = new RawClient(test.broker.mqttPort);
    expect(await other.connect('smoke-2', { clean: false, clientId: 'ninth' })).toBe(0);
    expect(refusedBy(test.broker)).toEqual({ 'too-many-sessions': 1 });
    for (const client of clients) client[Symbol.dispose]();
  });
});

describe('the subscriptions of a connection', () => {
  it(`are ${mostFilters} at most; one that is given up makes room`, async () => {
    await using test = await startTestBroker();
    using gateway = new RawClient(test.broker.mqttPort);
    await gateway.connect('z2m-1', { clean: false });
    const subscribe = async (from: number, to: number) => {
      const subscriptions = [];
      for (let n = from; n <= to; n++) subscriptions.push({ topic: `zigbee2mqtt/${n}`, qos: 1 as const });
      gateway.send({ cmd: 'subscribe', messageId: 1, subscriptions });
      const suback = await gateway.next('suback');
      return suback?.cmd === 'suback' ? suback.granted : [];
    };
    const granted = await subscribe(1, mostFilters + 50);
    expect(granted).toHaveLength(mostFilters + 50);
    expect(granted.filter((qos) => qos === 1)).toHaveLength(mostFilters);
    expect(await subscribe(1, 1)).toEqual([1]);
    expect(await subscribe(999, 999)).toEqual([128]);
    gateway.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['zigbee2mqtt/1'] });
    await gateway.next('unsuback');
    expect(await subscribe(999, 999)).toEqual([1]);
    expect(refusedBy(test.broker)).toEqual({ 'too-many-subscriptions': 51 });
  });
});

describe('a client id', () => {
  it.each([
    ['256 bytes', 'x'.repeat(256), true],
    ['257 bytes', 'x'.repeat(257), false],
    ['86 characters of 3 bytes', '网'.repeat(86), false],
  ])('of %s is taken: %s', async (_, clientId, isTaken) => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    expect(await client.connect('smoke-1', { clientId })).toBe(isTaken ? 0 : -1);
    expect(refusedBy(test.broker)).toEqual(isTaken ? {} : { 'client-id-too-long': 1 });
  });
});

describe('the memory of sessions', () => {
  it('holds of a half-open QoS 2 message its id, not its payload, also of a gateway in its dialect', async () => {
    await using test = await startTestBroker();
    using gateway = new RawClient(test.broker.mqttPort);
    await gateway.connect('z2m-1');
    const before = process.memoryUsage().arrayBuffers;
    const payload = Buffer.alloc(2 ** 20, 1);
    for (let messageId = 1; messageId <= 60; messageId++) {
      gateway.publish('zigbee2mqtt/lamp', payload, { qos: 2, messageId });
      expect(await gateway.next('pubrec')).toMatchObject({ messageId });
      // The test's own copy.
      test.inbox.records.splice(0);
    }
    collectGarbage();
    await new Promise(setImmediate);
    collectGarbage();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 2 ** 20);
    // They are complete when the client says so.
    gateway.publish('zigbee2mqtt/lamp', payload, { qos: 2, messageId: 60, dup: true });
    expect(await gateway.next('pubrec')).toMatchObject({ messageId: 60 });
    gateway.send({ cmd: 'pubrel', messageId: 60 });
    expect(await gateway.next('pubcomp')).toMatchObject({ messageId: 60 });
  });

  it('is not touched by a stranger who knows the names but not the token', async () => {
    await using test = await startTestBroker();
    using gateway = new RawClient(test.broker.mqttPort);
    await gateway.connect('z2m-1', { clientId: 'mine' });
    gateway.publish('zigbee2mqtt/lamp', 'on', { qos: 2, messageId: 5 });
    await gateway.next('pubrec');
    using stranger = new RawClient(test.broker.mqttPort);
    expect(await stranger.connect('z2m-1', { clientId: 'mine', password: Buffer.from('guess') })).toBe(4);
    await stranger.closed();
    // The other connection of the gateway hears a dialect message once.
    using other = new RawClient(test.broker.mqttPort);
    await other.connect('z2m-1', { clientId: 'other' });
    other.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'zigbee2mqtt/#', qos: 0 }] });
    await other.next('suback');
    gateway.publish('zigbee2mqtt/lamp', 'on', { qos: 2, messageId: 5, dup: true });
    await gateway.next('pubrec');
    gateway.publish('zigbee2mqtt/lamp', 'off', { qos: 1, messageId: 6 });
    await gateway.next('puback');
    expect(await other.next('publish')).toMatchObject({ payload: Buffer.from('off') });
  });

  it('forgets what ends: half-open messages of clean sessions, and what a session did not acknowledge', async () => {
    const sessions = new Sessions();
    const { incomingStorePacket, incomingGetPacket, incomingDelPacket, cleanIncoming, cleanSubscriptions } =
      store(sessions);
    const client = { id: 'a/1', clean: true };
    await incomingStorePacket(client, { messageId: 7 });
    await incomingGetPacket(client, { messageId: 7 });
    await incomingDelPacket(client, { messageId: 7 });
    await expect(incomingGetPacket(client, { messageId: 7 })).rejects.toThrow('no such packet');
    await incomingStorePacket(client, { messageId: 8 });
    await cleanIncoming(client);
    await incomingStorePacket({ ...client, closed: true }, { messageId: 9 });
    expect(sessions.size).toBe(0);
    const inFlight = sessions.inFlightOf('a/1');
    inFlight.take('c-1');
    expect(sessions.inFlightOf('a/1').has('c-1')).toBe(true);
    await cleanSubscriptions(client);
    expect(sessions.inFlightOf('a/1').has('c-1')).toBe(false);
    await cleanSubscriptions(client);
    expect(sessions.size).toBe(0);
  });

  it('is bounded for a session that comes back again and again with half-open messages', async () => {
    const { incomingStorePacket, incomingGetPacket } = store(new Sessions());
    const client = { id: 'a/1', clean: false };
    for (let messageId = 1; messageId <= mostHalfOpen + 1; messageId++)
      await incomingStorePacket(client, { messageId });
    await expect(incomingGetPacket(client, { messageId: 1 })).rejects.toThrow('no such packet');
    await incomingGetPacket(client, { messageId: 2 });
    await incomingGetPacket(client, { messageId: mostHalfOpen + 1 });
  });
});
