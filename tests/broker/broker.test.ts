import mqtt from 'mqtt';
import { describe, expect, it } from 'vitest';
import type { DeviceId } from '#model/brand.ts';
import {
  asDevice,
  community,
  fakeDevices,
  mosquitto,
  RawClient,
  refusedBy,
  startTestBroker,
} from '#tests/broker/support/broker-under-test.ts';

const telemetry = (device: string) => `gridbell/${community}/${device}/telemetry`;

describe('a device that publishes', () => {
  it.each([0, 1, 2] as const)('reaches the inbox by mosquitto_pub at QoS %i', async (qos) => {
    await using test = await startTestBroker();
    const { code } = await mosquitto('mosquitto_pub', test.broker.mqttPort, [
      ...asDevice('smoke-1'),
      '-i',
      'mine',
      '-q',
      String(qos),
      '-t',
      telemetry('smoke-1'),
      '-m',
      '{"smoke":true}',
    ]);
    expect(code).toBe(0);
    await test.inbox.until((inbox) => inbox.messages.length === 1);
    expect(test.inbox.payloads).toEqual(['{"smoke":true}']);
    expect(test.inbox.messages[0]).toMatchObject({
      sender: 'smoke-1',
      client: 'mine',
      topic: telemetry('smoke-1'),
      qos,
      dup: false,
      retain: false,
      state: false,
      at: test.clock.now(),
      messageId: qos === 0 ? 0 : 1,
    });
  });

  it.each(['mqtt', 'ws'] as const)('reaches it by MQTT.js over %s, and gets commands', async (way) => {
    await using test = await startTestBroker();
    const port = way === 'mqtt' ? test.broker.mqttPort : test.broker.wsPort;
    const client = await mqtt.connectAsync(`${way}://127.0.0.1:${port}`, {
      username: 'smoke-1',
      password: 'secret-1',
      protocolVersion: 4,
    });
    await client.publishAsync(telemetry('smoke-1'), '{"smoke":false}', { qos: 2 });
    await client.publishAsync(telemetry('smoke-1'), 'x'.repeat(200_000), { qos: 1 });
    expect(test.inbox.messages.map((message) => message.payload.length)).toEqual([15, 200_000]);
    const [granted] = await client.subscribeAsync(`gridbell/${community}/smoke-1/command`, { qos: 1 });
    expect(granted?.qos).toBe(1);
    const received = new Promise<string[]>((resolve) => {
      client.once('message', (topic, payload) => resolve([topic, String(payload)]));
    });
    test.commands.add('smoke-1', 'c-1');
    test.broker.commandsChanged(['smoke-1' as DeviceId]);
    expect(await received).toEqual([`gridbell/${community}/smoke-1/command`, 'c-1']);
    await client.endAsync();
  });

  it('is acknowledged only when its message is on disk', async () => {
    await using test = await startTestBroker();
    const disk = Promise.withResolvers<void>();
    test.inbox.before = (record) => (record.type === 'message' ? disk.promise : undefined);
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1');
    client.publish(telemetry('smoke-1'), '1', { qos: 1, messageId: 5 });
    client.publish(telemetry('smoke-1'), '2', { qos: 2, messageId: 6 });
    client.send({ cmd: 'pingreq' });
    await client.next('pingresp');
    expect(client.packets).toEqual([]);
    disk.resolve();
    expect(await client.next('puback')).toMatchObject({ messageId: 5 });
    expect(await client.next('pubrec')).toMatchObject({ messageId: 6 });
  });

  it.each(['throws', 'rejects'])(
    'is closed without an acknowledgement when the inbox %s, and nobody else is',
    async (how) => {
      await using test = await startTestBroker();
      using other = new RawClient(test.broker.mqttPort);
      await other.connect('smoke-2');
      test.inbox.before = (record) => {
        if (record.type !== 'message') return;
        if (how === 'throws') throw new Error('no room');
        return Promise.reject(new Error('no room'));
      };
      for (const qos of [0, 1, 2] as const) {
        using client = new RawClient(test.broker.mqttPort);
        await client.connect('smoke-1', { will: { topic: telemetry('smoke-1'), payload: 'w', qos: 0 } });
        client.publish(telemetry('smoke-1'), '1', qos === 0 ? {} : { qos, messageId: 5 });
        await client.closed();
        expect(client.packets).toEqual([]);
      }
      test.inbox.before = () => {};
      other.publish(telemetry('smoke-2'), '2', { qos: 1, messageId: 1 });
      expect(await other.next('puback')).toMatchObject({ messageId: 1 });
      expect(test.inbox.payloads).toEqual(['2']);
      expect(test.broker.stats.refusals['inbox-refused']).toBeGreaterThanOrEqual(3);
    },
  );

  it('may send DUP again: both are recorded as they came, at QoS 1 and 2', async () => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1');
    for (const [qos, answer] of [
      [1, 'puback'],
      [2, 'pubrec'],
    ] as const) {
      for (const dup of [false, true]) {
        client.publish(telemetry('smoke-1'), `qos ${qos}`, { qos, dup, messageId: 9 });
        expect(await client.next(answer)).toMatchObject({ messageId: 9 });
      }
      client.send({ cmd: 'pubrel', messageId: 9 });
      await client.next('pubcomp');
    }
    const seen = test.inbox.messages.map(({ qos, dup, messageId, client: id }) => [qos, dup, messageId, id]);
    expect(seen).toEqual([
      [1, false, 9, 'raw-smoke-1'],
      [1, true, 9, 'raw-smoke-1'],
      [2, false, 9, 'raw-smoke-1'],
      [2, true, 9, 'raw-smoke-1'],
    ]);
  });
});

describe('a retained message', () => {
  it('is live from a device; from a gateway it is state within 5 s of its CONNECT', async () => {
    await using test = await startTestBroker();
    using device = new RawClient(test.broker.mqttPort);
    using gateway = new RawClient(test.broker.mqttPort);
    await device.connect('smoke-1');
    await gateway.connect('z2m-1');
    const say = async (client: RawClient, topic: string, retain: boolean) => {
      client.publish(topic, 'x', { qos: 1, messageId: 1, retain });
      await client.next('puback');
    };
    await say(device, telemetry('smoke-1'), true);
    await say(gateway, 'zigbee2mqtt/hall', true);
    await say(gateway, 'zigbee2mqtt/hall', false);
    test.clock.pass(5_001);
    await say(gateway, 'zigbee2mqtt/hall', true);
    expect(test.inbox.messages.map(({ retain, state }) => [retain, state])).toEqual([
      [true, false],
      [true, true],
      [false, false],
      [true, false],
    ]);
    // Nothing is kept for a subscriber that comes later.
    gateway.send({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: 'zigbee2mqtt/#', qos: 0 }] });
    await gateway.next('suback');
    for (let round = 0; round < 20; round++) {
      gateway.send({ cmd: 'pingreq' });
      await gateway.next('pingresp');
    }
    expect(gateway.packets).toEqual([]);
  });
});

describe('who is not let in', () => {
  it('has a wrong password, no name, or is unknown: CONNACK 4', async () => {
    await using test = await startTestBroker();
    for (const options of [
      { password: Buffer.from('wrong') },
      { username: 'nobody' },
      { username: 'smoke-2' },
      { username: 'operator-x' },
    ]) {
      using client = new RawClient(test.broker.mqttPort);
      expect(await client.connect('smoke-1', options)).toBe(4);
      await client.closed();
    }
    const { code, output } = await mosquitto('mosquitto_pub', test.broker.mqttPort, [
      '-u',
      'smoke-1',
      '-P',
      'wrong',
      '-t',
      telemetry('smoke-1'),
      '-m',
      '1',
    ]);
    expect(code).not.toBe(0);
    expect(output).toMatch(/not authori[sz]ed|bad user name/i);
    expect(test.inbox.records).toEqual([]);
    expect(test.broker.stats.refusals['wrong-credentials']).toBe(5);
    // Of one address one line a minute.
    expect(test.log.lines).toHaveLength(1);
    test.clock.pass(60_000);
    using again = new RawClient(test.broker.mqttPort);
    await again.connect('smoke-1', { username: 'nobody' });
    expect(test.log.lines).toHaveLength(2);
  });

  it('speaks another version: CONNACK 1', async () => {
    await using test = await startTestBroker();
    for (const protocolVersion of [3, 5] as const) {
      using client = new RawClient(test.broker.mqttPort);
      const protocolId = protocolVersion === 3 ? 'MQIsdp' : 'MQTT';
      expect(await client.connect('smoke-1', { protocolVersion, protocolId })).toBe(1);
      await client.closed();
    }
  });

  it('has an empty client id and wants its session kept: CONNACK 2', async () => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    // mqtt-packet does not write such a packet.
    const username = Buffer.concat([Buffer.of(0, 7), Buffer.from('smoke-1')]);
    const password = Buffer.concat([Buffer.of(0, 8), Buffer.from('secret-1')]);
    const body = Buffer.concat([
      Buffer.of(0, 4),
      Buffer.from('MQTT'),
      Buffer.of(4, 0xc0, 0, 0, 0, 0),
      username,
      password,
    ]);
    client.socket.write(Buffer.concat([Buffer.of(0x10, body.length), body]));
    expect(await client.next('connack')).toMatchObject({ returnCode: 2 });
    await client.closed();
  });

  it('has a will for what it may not publish: CONNACK 5', async () => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    const will = { topic: telemetry('smoke-2'), payload: 'x', qos: 0 as const };
    expect(await client.connect('smoke-1', { will })).toBe(5);
    await client.closed();
    expect(test.inbox.records).toEqual([]);
  });

  it('finds the store unavailable: CONNACK 3, and the broker lives', async () => {
    let isBroken = true;
    await using test = await startTestBroker({
      devices: {
        ...fakeDevices,
        credential: (device) => {
          if (isBroken) throw new Error('database is locked');
          return fakeDevices.credential(device);
        },
      },
    });
    using client = new RawClient(test.broker.mqttPort);
    expect(await client.connect('smoke-1')).toBe(3);
    isBroken = false;
    using later = new RawClient(test.broker.mqttPort);
    expect(await later.connect('smoke-1')).toBe(0);
  });
});

describe('a refused message', () => {
  it.each([
    [telemetry('smoke-2'), 'foreign-device'],
    ['gridbell/other/smoke-1/telemetry', 'foreign-community'],
    [`gridbell/${community}/smoke-1/command`, 'not-its-topic'],
    [`gridbell/${community}/+/telemetry`, 'wildcard-publish'],
    ['gridbell/#', 'wildcard-publish'],
    ['$SYS/x', 'reserved-topic'],
    ['zigbee2mqtt/hall', 'no-dialect-topic'],
  ] as const)('to %s closes the connection without an acknowledgement: %s', async (topic, reason) => {
    await using test = await startTestBroker();
    for (const qos of [1, 2] as const) {
      using client = new RawClient(test.broker.mqttPort);
      await client.connect('smoke-1');
      client.publish(topic, 'x', { qos, messageId: 1 });
      await client.closed();
      expect(client.packets).toEqual([]);
    }
    expect(test.inbox.messages).toEqual([]);
    expect(refusedBy(test.broker)).toEqual({ [reason]: 2 });
  });
});

describe('a subscription', () => {
  it('to anything but the own command topic gets 0x80, and the connection stays', async () => {
    await using test = await startTestBroker();
    using client = new RawClient(test.broker.mqttPort);
    await client.connect('smoke-1', { clean: false });
    const own = `gridbell/${community}/smoke-1/command`;
    const topics = [
      own,
      `gridbell/${community}/smoke-2/command`,
      '#',
      '$SYS/#',
      '$share/g/#',
      'gridbell/#',
      `${own}/#`,
    ];
    client.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: topics.map((topic) => ({ topic, qos: 1 as const })),
    });
    expect(await client.next('suback')).toMatchObject({ granted: [1, 128, 128, 128, 128, 128, 128] });
    expect(test.broker.stats.refusals['shared-subscription']).toBe(1);
    // A session that is restored holds no more than was granted.
    client.send({ cmd: 'disconnect' });
    await client.closed();
    using other = new RawClient(test.broker.mqttPort);
    await other.connect('smoke-2');
    using again = new RawClient(test.broker.mqttPort);
    await again.connect('smoke-1', { clean: false });
    test.commands.add('smoke-2', 'for the other');
    test.commands.add('smoke-1', 'mine');
    test.broker.commandsChanged(['smoke-2', 'smoke-1'] as DeviceId[]);
    const command = await again.next('publish');
    expect(command?.cmd === 'publish' && String(command.payload)).toBe('mine');
  });

  it('by mosquitto_sub to a foreign topic is refused', async () => {
    await using test = await startTestBroker();
    const { output } = await mosquitto('mosquitto_sub', test.broker.mqttPort, [
      ...asDevice('smoke-1'),
      '-t',
      '#',
      '-W',
      '5',
    ]);
    expect(output).toMatch(/denied|rejected|not authori/i);
  });

  it('of a gateway reaches what its own connections say, never another gateway of the same topics', async () => {
    await using test = await startTestBroker();
    const gateways: RawClient[] = [];
    for (const device of ['z2m-1', 'z2m-2']) {
      const client = new RawClient(test.broker.mqttPort);
      await client.connect(device, { clientId: 'the same' });
      client.send({
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: [{ topic: 'zigbee2mqtt/+/set', qos: 0 }],
      });
      expect(await client.next('suback')).toMatchObject({ granted: [0] });
      gateways.push(client);
    }
    using sender = new RawClient(test.broker.mqttPort);
    await sender.connect('z2m-1', { clientId: 'second' });
    sender.publish('zigbee2mqtt/lamp/set', 'on', { qos: 1, messageId: 1 });
    await sender.next('puback');
    const [own, foreign] = gateways;
    expect(await own?.next('publish')).toMatchObject({ topic: 'zigbee2mqtt/lamp/set' });
    foreign?.send({ cmd: 'pingreq' });
    await foreign?.next('pingresp');
    expect(foreign?.packets).toEqual([]);
    for (const client of gateways) client.socket.destroy();
  });
});

describe('a listener of a gateway that does not read', () => {
  it('keeps neither the gateway from publishing nor others from their commands', async () => {
    await using test = await startTestBroker();
    using listener = new RawClient(test.broker.mqttPort);
    await listener.connect('z2m-1', { clientId: 'listener' });
    listener.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'zigbee2mqtt/#', qos: 0 }] });
    await listener.next('suback');
    listener.socket.pause();
    using sender = new RawClient(test.broker.mqttPort);
    await sender.connect('z2m-1', { clientId: 'sender' });
    const messages = 600;
    for (let id = 1; id <= messages; id++) {
      sender.publish('zigbee2mqtt/camera', Buffer.alloc(50_000), { qos: 1, messageId: id });
      await sender.next('puback');
    }
    using device = new RawClient(test.broker.mqttPort);
    await device.connect('smoke-1');
    const topic = `gridbell/${community}/smoke-1/command`;
    device.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] });
    await device.next('suback');
    test.commands.add('smoke-1', 'ring');
    test.broker.commandsChanged(['smoke-1' as DeviceId]);
    expect(await device.next('publish')).toMatchObject({ topic });
    expect(test.inbox.messages).toHaveLength(messages);
    // What it missed was dropped: it gets what fitted into the buffers of the connection.
    listener.socket.resume();
    for (let round = 0; round < 20; round++) {
      listener.send({ cmd: 'pingreq' });
      await listener.next('pingresp');
    }
    const received = listener.packets.filter((packet) => packet.cmd === 'publish').length;
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(messages);
  });
});

describe('an operator', () => {
  it('whom a grant lets in publishes for any device of the community, without presence', async () => {
    await using test = await startTestBroker();
    test.broker.grant({ username: 'operator-replay', password: 'p' });
    using client = new RawClient(test.broker.mqttPort);
    expect(await client.connect('operator-replay', { password: Buffer.from('p') })).toBe(0);
    client.publish(telemetry('smoke-2'), 'x', { qos: 1, messageId: 1 });
    await client.next('puback');
    expect(test.inbox.records).toMatchObject([{ type: 'message', sender: 'smoke-2' }]);
    client.publish(telemetry('nobody'), 'x', { qos: 1, messageId: 2 });
    await client.closed();
    expect(client.packets).toEqual([]);
    expect(() => test.broker.grant({ username: 'smoke-1', password: 'p' })).toThrow(/operator-/);
  });
});
