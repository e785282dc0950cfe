import { describe, expect, it } from 'vitest';
import type { ApiOptions } from '#api/server.ts';
import { type DeviceId, hour, plus } from '#model/brand.ts';
import type { ReceivedReadings } from '#model/received.ts';
import { ask, until } from '#tests/api/exports/exporting-api.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';
import { collectGarbage } from '#tests/support/collect-garbage.ts';

const rowsInBatch = 20_000;
const smoke = { device: 'smoke-b3-05' as DeviceId, property: 'temperature' };

const batchFrom = (at: number): ReceivedReadings => {
  const times = Float64Array.from({ length: rowsInBatch }, (_, row) => at + row);
  return {
    length: rowsInBatch,
    series: new Int32Array(rowsInBatch),
    at: times,
    receivedAt: times,
    value: new Float64Array(rowsInBatch).fill(21.5),
    marks: new Int32Array(rowsInBatch),
    texts: new Map(),
  };
};

/** A history whose readings come as the test says. */
interface Source {
  asked: number;
  isClosed: boolean;
  /** How many batches there are. */
  most: number;
  /** Set: the next batch waits for it, or fails with it. */
  gate: Promise<void> | null;
}

async function streaming(
  most: number,
  options: Partial<ApiOptions> = {},
): Promise<{ api: RunningApi; source: Source } & AsyncDisposable> {
  const api = await runningApi(options);
  const source: Source = { asked: 0, isClosed: false, most, gate: null };
  async function* batches(): AsyncGenerator<ReceivedReadings> {
    try {
      for (let index = 0; index < source.most; index++) {
        await source.gate;
        source.asked += 1;
        yield batchFrom(start + index * rowsInBatch);
      }
    } finally {
      source.isClosed = true;
    }
  }
  api.platform.history = {
    ...api.platform.history,
    series: async () => [smoke],
    measured: async () => ({ series: [smoke], batches: batches() }),
  };
  return { api, source, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

const stateOf = async (api: RunningApi, id: string) => (await api.get('admin', `/exports/${id}`)).json();

describe('an export that is long', () => {
  it('is read no faster than the client takes it: a part of it is in flight and in memory, and all of it arrives', async () => {
    const batches = 40;
    await using parts = await streaming(batches);
    const { api, source } = parts;
    const answer = await ask(api, 'admin', '/readings/export?format=csv&id=long-0001');
    await until(async () => {
      const before = (await stateOf(api, 'long-0001')).bytes;
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
      return before > 0 && (await stateOf(api, 'long-0001')).bytes === before;
    });
    // What the sockets of this machine hold, and one portion: the whole is 110 MB.
    expect((await stateOf(api, 'long-0001')).bytes).toBeLessThan(12 * 2 ** 20);
    expect(source.asked).toBeLessThan(8);
    const heldBytes = (): number => {
      collectGarbage();
      const { arrayBuffers, heapUsed } = process.memoryUsage();
      return arrayBuffers + heapUsed;
    };
    const before = heldBytes();
    let [bytes, lines, looked, most] = [0, 0, 0, 0];
    for await (const chunk of answer.response) {
      const piece = chunk as Uint8Array;
      bytes += piece.length;
      for (const byte of piece) if (byte === 10) lines += 1;
      if (bytes - looked < 10 * 2 ** 20) continue;
      looked = bytes;
      most = Math.max(most, heldBytes() - before);
    }
    expect(lines).toBe(batches * rowsInBatch + 1);
    expect(await stateOf(api, 'long-0001')).toMatchObject({
      state: 'done',
      bytes,
      rows: lines - 1,
      share: 1,
    });
    expect(most).toBeLessThan(32 * 2 ** 20);
  });

  it('ends, and lets history go, when the client goes away', async () => {
    await using parts = await streaming(1_000_000);
    const { api, source } = parts;
    const answer = await ask(api, 'admin', '/readings/export?format=jsonl&id=gone-0001');
    answer.request.destroy();
    await until(() => source.isClosed);
    const asked = source.asked;
    await until(async () => (await stateOf(api, 'gone-0001')).state === 'cancelled');
    expect((await stateOf(api, 'gone-0001')).reason).toBe('the client went away');
    expect(source.asked).toBe(asked);
  });

  it('breaks off visibly when history fails in the middle', async () => {
    await using parts = await streaming(5);
    const { api, source } = parts;
    source.most = 2;
    const { measured } = api.platform.history;
    api.platform.history.measured = async (query) => {
      const found = await measured(query);
      async function* failing() {
        yield* found.batches;
        throw new Error('the disk is gone');
      }
      return { ...found, batches: failing() };
    };
    for (const format of ['csv', 'jsonl', 'parquet']) {
      const answer = await ask(api, 'admin', `/readings/export?format=${format}&id=fail-${format}`);
      expect(answer.response.statusCode).toBe(200);
      await expect(answer.body()).rejects.toThrow('aborted');
      expect(await stateOf(api, `fail-${format}`)).toMatchObject({
        state: 'failed',
        reason: 'the disk is gone',
        rows: 40_000,
      });
    }
    expect(api.logged()).toContain('an export broke off');
  });

  it('tells how far it is while it runs', async () => {
    await using parts = await streaming(4);
    const { api, source } = parts;
    api.platform.at = plus(start, 4 * rowsInBatch);
    let open = (): void => {};
    const answer = await ask(api, 'admin', '/readings/export?format=jsonl&id=half-0001');
    void answer.body().catch(() => undefined);
    source.gate = new Promise((resolve) => {
      open = resolve;
    });
    let seen = 0;
    await until(async () => {
      const { rows, share, state } = await stateOf(api, 'half-0001');
      if (state !== 'running') return true;
      seen = share;
      expect(share).toBeCloseTo(Math.max(0, rows - 1) / (4 * rowsInBatch), 3);
      if (rows > 0 && source.asked * rowsInBatch === rows) open();
      return false;
    });
    expect(seen).toBeGreaterThan(0);
    expect((await stateOf(api, 'half-0001')).share).toBe(1);
  });

  it('runs beside one other; a third is told to wait, and runs when one has ended', async () => {
    await using parts = await streaming(1_000_000);
    const { api, source } = parts;
    const first = await ask(api, 'admin', '/readings/export?id=first-0001');
    const second = await ask(api, 'p-care', '/readings/export?id=second-0001');
    const refused = await api.get('p-manager', '/readings/export');
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toBe('15');
    expect(refused.json().code).toBe('too-many-requests');
    first.request.destroy();
    await until(async () => (await stateOf(api, 'first-0001')).state === 'cancelled');
    source.most = 1;
    expect((await api.get('p-manager', '/readings/export')).statusCode).toBe(200);
    second.request.destroy();
  });

  it('breaks off when the session is over, when nobody takes anything for a minute, and when Gridbell stops', async () => {
    const beats = new Set<() => void>();
    const heartbeat = (beat: () => void) => {
      beats.add(beat);
      return () => void beats.delete(beat);
    };
    const beat = (): void => {
      for (const each of beats) each();
    };
    await using parts = await streaming(1_000_000, { heartbeat });
    const { api } = parts;
    await ask(api, 'p-care', '/readings/export?id=over-0001');
    beat();
    expect((await stateOf(api, 'over-0001')).state).toBe('running');
    api.wall.at = plus(start, 13 * hour);
    beat();
    api.wall.at = start;
    await until(async () => (await stateOf(api, 'over-0001')).state === 'failed');
    expect((await stateOf(api, 'over-0001')).reason).toBe('the session is over');

    await ask(api, 'admin', '/readings/export?id=stall-0001');
    await until(async () => {
      const before = (await stateOf(api, 'stall-0001')).bytes;
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
      return before > 0 && (await stateOf(api, 'stall-0001')).bytes === before;
    });
    for (let count = 0; count < 4; count++) beat();
    expect((await stateOf(api, 'stall-0001')).state).toBe('running');
    beat();
    await until(async () => (await stateOf(api, 'stall-0001')).state === 'failed');
    expect((await stateOf(api, 'stall-0001')).reason).toMatch('takes nothing');
    expect(beats.size).toBe(0);

    const last = await ask(api, 'admin', '/readings/export?id=stop-0001');
    const body = last.body();
    body.catch(() => undefined);
    await api.app.close();
    await expect(body).rejects.toThrow('aborted');
  });
});
