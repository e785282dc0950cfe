import { afterEach, describe, expect, it } from 'vitest';
import { BacktestDesk } from '#app/backtest/backtest-desk.ts';
import type { Peer } from '#app/threads/peer.ts';
import type { BacktestOrder, HistoryOffers } from '#app/threads/protocol.ts';
import { type DeviceId, epochMs, hour, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { ReceivedReadings } from '#model/received.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';

const start = epochMs(Date.parse('2026-01-01T04:00:00Z'));
const order: BacktestOrder = {
  rule: {
    id: 'hot',
    version: 1,
    source: { category: 'c', severity: 'minor', property: 'temperature', when: 'value > 30' },
  },
  from: start,
  to: plus(start, hour),
  clock: 'system',
  downtimes: [],
};
const never = new AbortController().signal;

const column = <T extends Float64Array | Int32Array>(empty: T, values: readonly number[]): T => {
  empty.set(values);
  return empty;
};
/** One device: 20, 31, 20 degrees. */
const batch: ReceivedReadings = {
  length: 3,
  series: new Int32Array(3),
  at: column(
    new Float64Array(3),
    [1, 2, 3].map((n) => start + n * 1_000),
  ),
  receivedAt: column(
    new Float64Array(3),
    [1, 2, 3].map((n) => start + n * 1_000),
  ),
  value: column(new Float64Array(3), [20, 31, 20]),
  marks: new Int32Array(3),
  texts: new Map(),
};

/** A history that says this batch once it is let; what was asked of it and closed. */
class HistoryStandIn {
  readonly asked: string[] = [];
  readonly closed: unknown[] = [];
  gate: Promise<void> = Promise.resolve();
  gateOf: { readonly method: string; readonly opens: Promise<void> } | null = null;
  #batches = [batch];

  async call(method: string): Promise<unknown> {
    this.asked.push(method);
    await this.gate;
    if (this.gateOf?.method === method) await this.gateOf.opens;
    switch (method) {
      case 'extent':
        return { first: start, last: plus(start, hour) };
      case 'openReceived':
        this.#batches = [batch];
        return { id: 7, series: [{ device: 'd1' as DeviceId, property: 'temperature' }] };
      case 'nextReceived':
        return this.#batches.pop() ?? null;
      default:
        return [];
    }
  }
  tell(method: string, id: unknown): void {
    if (method === 'closeReceived') this.closed.push(id);
  }
}

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
});

async function stand(limits: { readonly memoryMb?: number } = {}) {
  const store = await disposableStore();
  opened.push(store);
  const { writer } = store;
  writer.begin();
  const put = (resource: string, body: { readonly id: string } & Record<string, unknown>): void => {
    const change = { op: 'put', resource, id: body.id, body } as never;
    writer.applyChange(change, start, { actor: { kind: 'operator', id: 'operator' }, reason: 'test' });
  };
  put('community', { id: 'c1', name: 'c', timezone: 'Asia/Shanghai' });
  put('device', { id: 'd1', kind: 'environment', place: 'c1' });
  writer.commit();
  const history = new HistoryStandIn();
  const desk = new BacktestDesk({
    history: history as unknown as Peer<HistoryOffers>,
    ops: store.path,
    ...limits,
  });
  opened.push({ [Symbol.asyncDispose]: () => desk.stop() });
  return { desk, history };
}

describe('the desk for backtests', () => {
  it('runs one in a thread of its own, and lets go of what it read', async () => {
    const { desk, history } = await stand();
    const report = await desk.run(order, never);
    expect(report.alarms).toMatchObject({ count: 1, standing: 0 });
    expect(report.list.map(({ key, startedAt }) => [key, iso(startedAt)])).toEqual([
      ['d1', iso(plus(start, 2_000))],
    ]);
    expect(report.data).toMatchObject({ readings: 3, devices: 1 });
    expect(report.compared).toBeNull();
    expect(history.closed).toEqual([7]);
  });

  it('says what is wrong with a rule that does not load', async () => {
    const { desk } = await stand();
    const broken = { ...order, rule: { ...order.rule, source: { ...order.rule.source, when: 'valeu > 1' } } };
    await expect(desk.run(broken, never)).rejects.toMatchObject({ code: 'invalid-rule' });
  });

  it('ends one that is called off, and goes on with the next', async () => {
    const { desk, history } = await stand();
    const gate = Promise.withResolvers<void>();
    history.gate = gate.promise;
    const caller = new AbortController();
    const stuck = desk.run(order, caller.signal);
    const next = desk.run(order, never);
    await expect.poll(() => history.asked.length).toBe(1);
    caller.abort();
    await expect(stuck).rejects.toMatchObject({ code: 'not-ready' });
    gate.resolve();
    expect((await next).alarms.count).toBe(1);
  });

  it('closes what is opened only after it was called off', async () => {
    const { desk, history } = await stand();
    const caller = new AbortController();
    const gate = Promise.withResolvers<void>();
    history.gateOf = { method: 'openReceived', opens: gate.promise };
    const asked = desk.run(order, caller.signal);
    await expect.poll(() => history.asked).toContain('openReceived');
    caller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'not-ready' });
    expect(history.closed).toEqual([]);
    gate.resolve();
    await expect.poll(() => history.closed).toEqual([7]);
  });

  it('runs one at a time, lets four wait, and refuses more', async () => {
    const { desk, history } = await stand();
    const gate = Promise.withResolvers<void>();
    history.gate = gate.promise;
    const asked = Array.from({ length: 5 }, () => desk.run(order, never));
    await expect(desk.run(order, never)).rejects.toMatchObject({ code: 'too-many-requests' });
    await expect.poll(() => history.asked).toEqual(['extent']);
    gate.resolve();
    expect((await Promise.all(asked)).map(({ alarms }) => alarms.count)).toEqual([1, 1, 1, 1, 1]);
    await expect(desk.run(order, never)).resolves.toMatchObject({ alarms: { count: 1 } });
  });

  it('lets nobody wait for those whose callers have gone', async () => {
    const { desk, history } = await stand();
    const gate = Promise.withResolvers<void>();
    history.gate = gate.promise;
    const first = desk.run(order, never);
    const callers = Array.from({ length: 4 }, () => new AbortController());
    const waiting = callers.map(({ signal }) => desk.run(order, signal).catch((error) => error.code));
    await expect(desk.run(order, never)).rejects.toMatchObject({ code: 'too-many-requests' });
    for (const caller of callers) caller.abort();
    expect(await Promise.all(waiting)).toEqual(Array.from(waiting, () => 'not-ready'));
    const next = desk.run(order, never);
    gate.resolve();
    expect((await Promise.all([first, next])).map(({ alarms }) => alarms.count)).toEqual([1, 1]);
  });

  it('calls all of them off when the platform stops', async () => {
    const { desk, history } = await stand();
    history.gate = new Promise(() => undefined);
    const asked = [desk.run(order, never), desk.run(order, never)].map((one) =>
      one.catch((error) => error.code),
    );
    await expect.poll(() => history.asked.length).toBe(1);
    await desk.stop();
    expect(await Promise.all(asked)).toEqual(['not-ready', 'not-ready']);
  });

  it('ends one that takes more memory than it may, and says what to do', async () => {
    const { desk } = await stand({ memoryMb: 10 });
    await expect(desk.run(order, never)).rejects.toMatchObject({ code: 'too-large' });
  });
});
