import { describe, expect, it } from 'vitest';
import { loadCommunity } from '#device-sim/load/community.ts';
import { GeneratorProcess } from '#device-sim/load/generator-process.ts';
import type { ConnectOrder, LoadReport, Progress } from '#device-sim/load/protocol.ts';
import { slowness } from '#tests/support/slowness.ts';
import { acknowledgingServer } from './support/acknowledging-server.ts';

const connecting = (port: number, senders: number): ConnectOrder => ({
  port,
  perSecond: 5_000,
  keepAliveS: 60,
  accounts: loadCommunity({ community: { id: 'c' }, prefix: 'load-test', senders, detectors: 0 }).senders,
});

describe('the generator', () => {
  it('sends 30,000 messages a second at QoS 1 with less than one core', async () => {
    await using server = await acknowledgingServer();
    await using generator = new GeneratorProcess();
    expect(await generator.ask('connect', connecting(server.port, 500))).toMatchObject({ connected: 500 });
    const report = await generator.ask('openLoop', { rate: 30_000, warmUpS: 1, seconds: 3 });
    expect(report).toMatchObject({ sent: 120_000, acknowledged: 120_000, unacknowledged: 0, closed: 0 });
    // Of the processor, not of the clock: other tests run beside this one.
    const coreS = report.generatorCpu * (report.seconds.at(-1)?.elapsedS ?? 4);
    expect(coreS / 4).toBeLessThan(slowness());
  });

  it('charges a stall to every message that should have been sent in it', async () => {
    await using server = await acknowledgingServer();
    const { promise: hasBegun, resolve } = Promise.withResolvers<void>();
    await using generator = new GeneratorProcess(() => resolve());
    await generator.ask('connect', connecting(server.port, 10));
    const sending = generator.ask('openLoop', { rate: 1_000, warmUpS: 0, seconds: 3 });
    await hasBegun;
    // The server's thread, which is this one, stands still; the generator does not.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
    const { puback } = await sending;
    expect(puback.count).toBe(3_000);
    expect(puback.maxMs).toBeGreaterThan(600);
    // A sender that waits for its answer would have one slow message of each device: 10 of 3,000.
    expect(puback.p90Ms).toBeGreaterThan(300);
  });

  it('tells each second, and ends when it is told to', async () => {
    await using server = await acknowledgingServer();
    const told: Progress[] = [];
    const { promise: hasBegun, resolve } = Promise.withResolvers<void>();
    await using generator = new GeneratorProcess((progress) => {
      told.push(progress);
      resolve();
    });
    await generator.ask('connect', connecting(server.port, 10));
    const sending: Promise<LoadReport> = generator.ask('openLoop', { rate: 100, warmUpS: 0, seconds: 600 });
    await hasBegun;
    await generator.ask('stop', null);
    const { sent, unacknowledged } = await sending;
    expect(sent).toBeGreaterThan(50);
    expect(sent).toBeLessThan(60_000);
    expect(unacknowledged).toBe(0);
    expect(told[0]).toMatchObject({ kind: 'load', second: { closed: 0, isWarmUp: false } });
  });

  it('that has ended says so, and is not waited for', async () => {
    await using generator = new GeneratorProcess();
    await generator[Symbol.asyncDispose]();
    await expect(generator.ask('ping', null)).rejects.toThrow('ping: the generator has ended');
  });

  it('comes again when its line is cut', async () => {
    await using server = await acknowledgingServer();
    await using generator = new GeneratorProcess();
    await generator.ask('connect', connecting(server.port, 5));
    const sending = generator.ask('openLoop', { rate: 100, warmUpS: 0, seconds: 3 });
    await generator.ask('hangUp', { politely: false });
    const { acknowledged, closed, sent, withoutConnection } = await sending;
    expect({ closed, sent }).toEqual({ closed: 5, sent: 300 });
    expect(withoutConnection).toBeGreaterThan(0);
    expect(acknowledged).toBeGreaterThan(0);
    expect(acknowledged + withoutConnection).toBeLessThanOrEqual(300);
  });
});
