import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { generate } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { audit } from '#tests/broker/hostile/audit.ts';
import { community, turned, turnedGateways } from '#tests/broker/hostile/community.ts';
import {
  type Aftermath,
  besideWellBehaved,
  Crowd,
  connectFrame,
  heapSlack,
} from '#tests/broker/hostile/crowd.ts';
import { upgradeRequest } from '#tests/broker/hostile/web-socket-frames.ts';

const mebibyte = 2 ** 20;
const pings = Buffer.alloc(64_000, Buffer.of(0xc0, 0));
const deviceOf = (index: number): string => turned[index % turned.length] ?? turned[0];
const telemetryOf = (device: string): string => `gridbell/${community}/${device}/telemetry`;

/** The well-behaved one was served and is alone; the inbox holds what it said, and nothing that nobody may say. */
function unharmed({ acknowledged, after, before, errors, inboxDirectory }: Aftermath): void {
  expect(errors).toEqual([]);
  expect(after).toMatchObject({ connections: 1, devicesOnline: 1 });
  expect(after.heap - before.heap).toBeLessThan(heapSlack);
  const found = audit(inboxDirectory);
  expect(found.forbidden).toEqual([]);
  expect(found.fromVictim).toEqual(
    Array.from({ length: acknowledged }, (_, index) => `message ${index + 1}`),
  );
}

const upgradeTo = (protocol: string): Buffer =>
  Buffer.from(upgradeRequest.replace('Protocol: mqtt', `Protocol: ${protocol}`));

describe('beside a well-behaved client, the broker bears', () => {
  it('strangers who send thousands of packets behind a CONNECT with a wrong token', async () => {
    await besideWellBehaved(async ({ mqtt }) => {
      using crowd = await Crowd.gather(mqtt, 100);
      const connect = connectFrame(turned[0], { password: Buffer.from('a guess') });
      crowd.resume();
      crowd.say(() => Buffer.concat([connect, pings]));
      await expect.poll(() => crowd.open).toBe(0);
    }, unharmed);
  });

  it('devices that ask for thousands of answers and read none', async () => {
    await besideWellBehaved(async ({ mqtt }, broker) => {
      using crowd = await Crowd.gather(mqtt, 60);
      crowd.say((index) => connectFrame(deviceOf(index), { clientId: `pinging ${index}` }));
      for (let round = 0; round < 10; round++) {
        crowd.say(() => pings);
        await pause(50);
      }
      const { resident } = await broker.measure();
      expect(resident).toBeLessThan(400 * mebibyte);
    }, unharmed);
  });

  it('a client id that 200 connections take from each other at once: one has it', async () => {
    await besideWellBehaved(async ({ mqtt }, broker) => {
      using crowd = await Crowd.gather(mqtt, 200);
      crowd.resume();
      crowd.say(() => connectFrame(turned[0], { clientId: 'the same' }));
      await expect.poll(() => crowd.open).toBe(1);
      expect((await broker.measure()).connections).toBe(2);
    }, unharmed);
  });

  it('2,000 comings and goings with wills: presence follows them in turn', async () => {
    await besideWellBehaved(async ({ mqtt }) => {
      let left = 2_000;
      const comeAndGo = async (lane: number): Promise<void> => {
        const device = deviceOf(lane);
        const will = { topic: `gridbell/${community}/${device}/status`, payload: 'offline', qos: 1 } as const;
        while (left-- > 0) {
          using crowd = await Crowd.gather(mqtt, 1);
          const [socket] = crowd.sockets;
          crowd.say(() => connectFrame(device, { clientId: `lane ${lane}`, will }));
          if (socket) await Promise.race([once(socket, 'data'), once(socket, 'close')]);
          socket?.resetAndDestroy();
        }
      };
      await Promise.all(Array.from({ length: 50 }, (_, lane) => comeAndGo(lane)));
    }, unharmed);
  });

  it('1,000 QoS 2 messages of each of 20 connections that are never released: all are on disk', async () => {
    let messages = 0;
    await besideWellBehaved(
      async ({ mqtt }, broker) => {
        using crowd = await Crowd.gather(mqtt, 20);
        crowd.resume();
        crowd.say((index) => {
          const topic = telemetryOf(deviceOf(index));
          const publish = { cmd: 'publish', topic, payload: '1', qos: 2, dup: false, retain: false } as const;
          const half = Array.from({ length: 1_000 }, (_, id) => generate({ ...publish, messageId: id + 1 }));
          return Buffer.concat([connectFrame(deviceOf(index), { clientId: `half ${index}` }), ...half]);
        });
        await expect.poll(async () => (await broker.measure()).messages).toBeGreaterThan(20_000);
        expect(crowd.open).toBe(20);
        ({ messages } = await broker.measure());
      },
      (aftermath) => {
        unharmed(aftermath);
        expect(messages).toBeGreaterThanOrEqual(20_000);
      },
    );
  });

  it('600 connections that begin a message and never end it', async () => {
    await besideWellBehaved(async ({ mqtt }, broker) => {
      using crowd = await Crowd.gather(mqtt, 600);
      crowd.say((index) => connectFrame(deviceOf(index), { clientId: `idle ${index}` }));
      await expect.poll(async () => (await broker.measure()).connections).toBe(601);
      crowd.say(() => Buffer.of(0x32, 0x20));
      using other = await Crowd.gather(mqtt, 1);
      other.resume();
      const [gateway] = turnedGateways;
      const lamp = { cmd: 'publish', topic: 'zigbee2mqtt/lamp', qos: 1, dup: false, retain: false } as const;
      const messages = Array.from({ length: 500 }, (_, id) =>
        generate({ ...lamp, payload: '1', messageId: id + 1 }),
      );
      other.say(() => Buffer.concat([connectFrame(gateway), ...messages]));
      await expect.poll(async () => (await broker.measure()).messages).toBeGreaterThan(messages.length);
      expect(crowd.open).toBe(600);
    }, unharmed);
  });

  it('devices that publish without end, read no acknowledgement, and leave', async () => {
    await besideWellBehaved(async ({ mqtt }) => {
      using crowd = await Crowd.gather(mqtt, 100);
      crowd.say((index) => connectFrame(deviceOf(index), { clientId: `deaf ${index}` }));
      const chunk = turned.map((device) => {
        const publish = { cmd: 'publish', topic: telemetryOf(device), payload: '1', qos: 1 } as const;
        const some = Array.from({ length: 500 }, (_, id) =>
          generate({ ...publish, dup: false, retain: false, messageId: id + 1 }),
        );
        return Buffer.concat(some);
      });
      for (let round = 0; round < 8; round++) crowd.say((index) => chunk[index % chunk.length] ?? pings);
      // Amid all that, with most of it unread.
      await pause(500);
    }, unharmed);
  });

  it("a gateway's own listeners that do not read what it says", async () => {
    const [gateway] = turnedGateways;
    await besideWellBehaved(async ({ mqtt }, broker) => {
      using listeners = await Crowd.gather(mqtt, 50);
      const filter = { topic: 'zigbee2mqtt/#', qos: 1 } as const;
      const subscribe = generate({ cmd: 'subscribe', messageId: 1, subscriptions: [filter] });
      listeners.say((index) =>
        Buffer.concat([connectFrame(gateway, { clientId: `deaf ${index}` }), subscribe]),
      );
      using talker = await Crowd.gather(mqtt, 1);
      const [socket] = talker.sockets;
      talker.say(() => connectFrame(gateway, { clientId: 'talker' }));
      if (socket) await once(socket, 'data');
      talker.resume();
      const payload = Buffer.alloc(mebibyte, 'x');
      const lamp = {
        cmd: 'publish',
        topic: 'zigbee2mqtt/lamp',
        payload,
        qos: 1,
        dup: false,
        retain: false,
      } as const;
      for (let messageId = 1; messageId <= 40; messageId++)
        talker.say(() => generate({ ...lamp, messageId }));
      await expect.poll(async () => (await broker.measure()).messages).toBeGreaterThan(40);
      expect((await broker.measure()).buffers).toBeLessThan(100 * mebibyte);
    }, unharmed);
  });

  it('strangers at the WebSocket port who want another protocol and stay', async () => {
    await besideWellBehaved(async ({ mqttWs }, broker) => {
      const files = broker.openFiles();
      using crowd = await Crowd.gather(mqttWs, 100);
      crowd.say(() => upgradeTo('chat'));
      await expect.poll(() => broker.openFiles()).toBeLessThan(files + 20);
    }, unharmed);
  });

  it('a will of a QoS that there is not: no CONNACK', async () => {
    await besideWellBehaved(async ({ mqtt }) => {
      using crowd = await Crowd.gather(mqtt, 1);
      const will = {
        topic: `gridbell/${community}/${turned[0]}/status`,
        payload: 'offline',
        qos: 2,
      } as const;
      const frame = connectFrame(turned[0], { will });
      const flags = frame.indexOf('MQTT') + 5;
      frame.writeUInt8(frame.readUInt8(flags) | 0x18, flags);
      const answers: Buffer[] = [];
      crowd.sockets[0]?.on('data', (answer) => answers.push(answer));
      crowd.say(() => frame);
      await expect.poll(() => crowd.open).toBe(0);
      expect(answers).toEqual([]);
    }, unharmed);
  });

  it('more connections than its process may have files', async () => {
    await besideWellBehaved(
      async ({ mqtt, mqttWs, mqtts }) => {
        using plain = await Crowd.gather(mqtt, 300);
        plain.resume();
        plain.say((index) => connectFrame(deviceOf(index), { clientId: `idle ${index}` }));
        using web = await Crowd.gather(mqttWs, 100);
        using secure = await Crowd.gather(mqtts, 100);
        await expect.poll(() => plain.open + web.open + secure.open).toBeLessThan(300);
      },
      unharmed,
      { openFiles: 200 },
    );
  });
});
