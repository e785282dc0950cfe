import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { describe, expect, it } from 'vitest';
import type { Target } from '#device-sim/mqtt/connection.ts';
import { Sender, type SenderOptions } from '#device-sim/mqtt/sender.ts';

interface TestBroker {
  readonly port: number;
  readonly received: string[];
  /** Payloads that came with DUP. */
  readonly dups: string[];
  /** Wills, as `topic payload`. */
  readonly wills: string[];
  readonly users: string[];
  kill(): Promise<void>;
}

/** A broker that takes messages until `acceptUntil`, then answers no more. */
async function startBroker({
  acceptUntil = Number.POSITIVE_INFINITY,
  refuse = false,
} = {}): Promise<TestBroker> {
  const received: string[] = [];
  const dups: string[] = [];
  const wills: string[] = [];
  const users: string[] = [];
  const aedes = await Aedes.createBroker({
    authenticate: (_client, username, _password, done) => {
      users.push(username ?? '');
      done(null, true);
    },
    authorizePublish: (_client, packet, done) => {
      // aedes hands wills over without DUP.
      if (packet.dup === undefined) {
        wills.push(`${packet.topic} ${packet.payload.toString()}`);
        done(null);
        return;
      }
      if (refuse) {
        done(new Error('not yours'));
        return;
      }
      received.push(packet.payload.toString());
      if (packet.dup) dups.push(packet.payload.toString());
      if (received.length <= acceptUntil) done(null);
    },
  });
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    received,
    dups,
    wills,
    users,
    kill: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      aedes.close();
    },
  };
}

const newSender = (options: Partial<SenderOptions> & Pick<SenderOptions, 'target'>): Sender =>
  new Sender({ inFlight: 4, patienceMs: 5_000, refusedHint: 'look at its log', ...options });

const targetOf = (port: number, username = 'r'): Target => ({
  host: '127.0.0.1',
  port,
  username,
  password: 'p',
  clientId: username,
});

const until = async (isReached: () => boolean): Promise<void> => {
  while (!isReached()) await new Promise((resolve) => setImmediate(resolve));
};

describe('a sender', () => {
  it('sends in order and waits for every acknowledgement', async () => {
    const broker = await startBroker();
    const sender = newSender({ target: async () => targetOf(broker.port) });
    await sender.connect();
    const numbers = Array.from({ length: 50 }, (_, index) => String(index));
    for (const number of numbers) await sender.send({ topic: 'gridbell/c/d/telemetry', payload: number });
    await sender.drain();
    expect(broker.received).toEqual(numbers);
    expect(sender.acknowledged).toBe(50);
    await sender.close();
    await broker.kill();
  });

  it('has no more under way than it may', async () => {
    const broker = await startBroker({ acceptUntil: 0 });
    const sender = newSender({ target: async () => targetOf(broker.port) });
    await sender.connect();
    let sent = 0;
    void (async () => {
      for (;;) {
        await sender.send({ topic: 't', payload: String(sent) });
        sent += 1;
      }
    })().catch(() => {});
    await until(() => sent === 3 && broker.received.length > 0);
    // Each turn of the loop would let a fourth `send` through if there were room.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toBe(3);
    expect(sender.acknowledged).toBe(0);
    await broker.kill();
    await sender.close();
  });

  it('outlives a kill of the platform: new credentials, what was not acknowledged again, then the rest', async () => {
    const first = await startBroker({ acceptUntil: 10 });
    let current: TestBroker | undefined = first;
    const notes: string[] = [];
    const sender = newSender({
      target: async () => {
        if (!current) throw new Error('nobody there');
        return targetOf(current.port, current === first ? 'old' : 'new');
      },
      onLost: () => notes.push('lost'),
      onBack: (resent) => notes.push(`back, ${resent} again`),
    });
    await sender.connect();
    const numbers = Array.from({ length: 30 }, (_, index) => String(index));
    const all = (async () => {
      for (const number of numbers) await sender.send({ topic: 't', payload: number });
      await sender.drain();
    })();
    await until(() => first.received.length > 10 && sender.acknowledged === 10);
    current = undefined;
    await first.kill();
    const second = await startBroker();
    current = second;
    await all;
    expect(first.users).toEqual(['old']);
    expect(second.users).toEqual(['new']);
    expect(first.received.slice(0, 10)).toEqual(numbers.slice(0, 10));
    expect(second.received).toEqual(numbers.slice(10));
    expect(sender.acknowledged).toBe(30);
    expect(sender.reconnects).toBe(1);
    expect(notes).toEqual(['lost', 'back, 4 again']);
    expect(second.dups).toEqual(numbers.slice(10, 14));
    await sender.close();
    await second.kill();
  });

  it('gives up on a platform that closes the connection at every message', async () => {
    const broker = await startBroker({ refuse: true });
    const sender = newSender({ target: async () => targetOf(broker.port) });
    await sender.connect();
    await sender.send({ topic: 't', payload: '1' });
    await expect(sender.drain()).rejects.toThrow(/without acknowledging/);
    await sender.close();
    await broker.kill();
  });

  it('greets on every connection, and lets the platform say its will only when it goes without a word', async () => {
    const broker = await startBroker();
    const sender = newSender({
      target: async () => ({ ...targetOf(broker.port), will: { topic: 's', payload: 'offline' } }),
      greeting: { topic: 's', payload: 'online' },
    });
    await sender.connect();
    await sender.send({ topic: 't', payload: '1' });
    await sender.drain();
    await sender.reconnect('politely');
    await sender.drain();
    expect(broker.wills).toEqual([]);
    await sender.reconnect('without a word');
    await sender.drain();
    await until(() => broker.wills.length > 0);
    expect(broker.received).toEqual(['online', '1', 'online', 'online']);
    expect(broker.wills).toEqual(['s offline']);
    expect(sender.acknowledged).toBe(1);
    await sender.close();
    await broker.kill();
  });
});
