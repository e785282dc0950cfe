import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { expect, it } from 'vitest';
import { Sender, type SenderOptions } from '#device-sim/mqtt/sender.ts';
import { until } from '#tests/flow/support/api-client.ts';

/** A platform that can be away: then nobody says where it is, and its connections are gone. */
async function startPlatform() {
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  let opened = 0;
  let asked = 0;
  let isAway = false;
  const server = createServer((socket) => {
    opened += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    target: async () => {
      asked += 1;
      if (isAway) throw new Error('nobody there');
      return { host: '127.0.0.1', port, username: 'd', password: 'p', clientId: 'd' };
    },
    get opened() {
      return opened;
    },
    get asked() {
      return asked;
    },
    goAway: () => {
      isAway = true;
      for (const socket of sockets) socket.destroy();
    },
    comeBack: () => {
      isAway = false;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}

const newSender = (options: Partial<SenderOptions> & Pick<SenderOptions, 'target'>): Sender =>
  new Sender({ patienceMs: 20_000, refusedHint: 'look at its log', ...options });

it('comes back after a leave as patiently as after a loss, not as to a platform that was never there', async () => {
  await using platform = await startPlatform();
  const sender = newSender({ target: platform.target, firstPatienceMs: 1 });
  await sender.connect();
  await sender.leave('politely');
  platform.goAway();
  const asked = platform.asked;
  const isBack = sender.comeBack();
  await until(
    async () => platform.asked - asked,
    (times) => times === 3,
  );
  platform.comeBack();
  await isBack;
  expect(sender.isConnected).toBe(true);
  await sender.close();
});

it('has one way in at a time, whoever asks for it, and counts it once', async () => {
  await using platform = await startPlatform();
  const told: string[] = [];
  const sender = newSender({
    target: platform.target,
    onLost: () => told.push('lost'),
    onBack: () => told.push('back'),
  });
  await sender.connect();
  platform.goAway();
  await until(
    async () => told,
    (lines) => lines.includes('lost'),
  );
  platform.comeBack();
  await Promise.all([sender.reconnect('politely'), sender.comeBack()]);
  await sender.send({ topic: 't', payload: '1' });
  await sender.drain();
  expect(platform.opened).toBe(2);
  expect(sender.reconnects).toBe(1);
  expect(told).toEqual(['lost', 'back']);
  await sender.close();
});

it('one that is told to leave while it is lost stays away until it is to come back', async () => {
  await using platform = await startPlatform();
  const told: string[] = [];
  const sender = newSender({
    target: platform.target,
    onLost: () => told.push('lost'),
    onBack: () => told.push('settled'),
  });
  await sender.connect();
  platform.goAway();
  await until(
    async () => told,
    (lines) => lines.includes('lost'),
  );
  await sender.leave('without a word');
  platform.comeBack();
  await until(
    async () => told,
    (lines) => lines.includes('settled'),
  );
  expect([sender.isConnected, platform.opened]).toEqual([false, 1]);
  await sender.comeBack();
  expect([sender.isConnected, platform.opened]).toEqual([true, 2]);
  await sender.close();
});

it('says when no message id is free any more', () => {
  const sender = newSender({ target: () => Promise.reject(new Error('nobody there')) });
  for (let n = 0; n < 65_534; n += 1) sender.post({ topic: 't', payload: '' });
  expect(() => sender.post({ topic: 't', payload: '' })).toThrow(/65534 messages/);
});
