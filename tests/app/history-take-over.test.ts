import { describe, expect, it } from 'vitest';
import { TakeOver } from '#app/history/take-over.ts';
import { position } from '#model/brand.ts';
import type { Log } from '#model/log.ts';
import type { Appended, HistoryBatch, Rejected } from '#store/history/history.ts';
import { openTemporary } from '#tests/store/history/open-duckdb.ts';
import { batch } from '#tests/store/history.contract.ts';

const noon = Date.parse('2026-03-10T12:00:00Z');
const rounds = 50;

/** A real history whose appends and openings can be made to fail, and a hand that lets the pause between tries pass. */
async function begin() {
  const store = await openTemporary();
  let isFirst = true;
  const waiting: HistoryBatch[] = [];
  const retries = new Set<() => void>();
  const stored: number[] = [];
  const logged: { level: keyof Log; fields: object; message: string }[] = [];
  const counts = { opened: 0, closed: 0 };
  const fail = { appends: 0, openings: 0, keeping: 0 };
  const kept: Rejected[] = [];
  const room: { reason: string | null } = { reason: null };
  /** Set: appends wait for it. */
  const gate: { opens: Promise<void> | null } = { opens: null };
  const log = (level: keyof Log) => (fields: object, message: string) => {
    logged.push({ level, fields, message });
  };
  const takeOver = await TakeOver.open({
    open: async () => {
      if (fail.openings > 0) {
        fail.openings -= 1;
        throw new Error('no room to open');
      }
      const real = isFirst ? store.history : await store.reopen();
      isFirst = false;
      counts.opened += 1;
      return {
        position: () => real.position(),
        readings: (query) => real.readings(query),
        buckets: (query) => real.buckets(query),
        heat: (query) => real.heat(query),
        context: (query) => real.context(query),
        received: (query) => real.received(query),
        measured: (query) => real.measured(query),
        series: (devices) => real.series(devices),
        extent: () => real.extent(),
        count: (device) => real.count(device),
        properties: () => real.properties(),
        purge: (order) => real.purge(order),
        erase: (subjects) => real.erase(subjects),
        rebuild: () => real.rebuild(),
        compact: () => real.compact(),
        status: () => real.status(),
        holdings: (recentFrom) => real.holdings(recentFrom),
        maintain: () => real.maintain(),
        unsortedDays: () => real.unsortedDays(),
        append: async (batches, keep): Promise<Appended> => {
          await gate.opens;
          if (fail.appends > 0) {
            fail.appends -= 1;
            throw new Error('no room');
          }
          return real.append(batches, keep);
        },
        close: () => {
          counts.closed += 1;
          return real.close();
        },
      };
    },
    keep: async (_, rejected) => {
      if (fail.keeping > 0) {
        fail.keeping -= 1;
        throw new Error('the engine is built again');
      }
      kept.push(...rejected);
    },
    batchesAfter: (after, most) => waiting.filter((entry) => entry.position > after).slice(0, most),
    room: () => ({ batches: room.reason === null ? 64 : 0, reason: room.reason }),
    stored: (at) => stored.push(at),
    later: (task) => {
      retries.add(task);
      return () => retries.delete(task);
    },
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
  });
  return {
    takeOver,
    stored,
    kept,
    logged,
    counts,
    fail,
    room,
    gate,
    retries,
    /** One more batch with one reading, told at once. */
    arrive(at: number, time = noon + at): void {
      waiting.push(batch(at, [['d1', 'temperature', time, at]]));
      takeOver.wake();
    },
    letPauseEnd(): void {
      // A retry may call for another.
      const ended = Array.from(retries);
      retries.clear();
      for (const retry of ended) retry();
    },
    async [Symbol.asyncDispose]() {
      await takeOver.stop();
      await store[Symbol.asyncDispose]();
    },
  };
}

describe('taking batches over into the history', () => {
  it('takes what waits, and what comes later', async () => {
    await using scene = await begin();
    scene.arrive(1);
    scene.arrive(2);
    await expect.poll(() => scene.stored.at(-1)).toBe(2);
    scene.arrive(3);
    await expect.poll(() => scene.stored.at(-1)).toBe(3);
    expect(await scene.takeOver.history.count()).toBe(3);
    expect(scene.counts).toEqual({ opened: 1, closed: 0 });
  });

  it('starts over once for each failure, however much comes meanwhile, and then leaves the history open', async () => {
    await using scene = await begin();
    scene.fail.appends = 3;
    let at = 0;
    for (let failure = 1; failure <= 3; failure++) {
      if (failure > 1) scene.letPauseEnd();
      else scene.arrive(++at);
      await expect.poll(() => scene.logged.length).toBe(failure);
      for (let more = 0; more < rounds; more++) scene.arrive(++at);
      expect(scene.retries.size).toBe(1);
    }
    scene.letPauseEnd();
    await expect.poll(() => scene.stored.at(-1)).toBe(at);
    expect(scene.retries.size).toBe(0);
    expect(scene.counts).toEqual({ opened: 4, closed: 3 });
    expect(await scene.takeOver.history.count()).toBe(at);
  });

  it('goes on trying while the history cannot be opened', async () => {
    await using scene = await begin();
    scene.fail.appends = 1;
    scene.fail.openings = 2;
    scene.arrive(1);
    for (let failure = 1; failure <= 3; failure++) {
      await expect.poll(() => scene.retries.size).toBe(1);
      scene.arrive(failure + 1);
      scene.letPauseEnd();
    }
    await expect.poll(() => scene.stored.at(-1)).toBe(4);
    expect(scene.logged.map(({ message }) => message)).toEqual([
      expect.stringContaining('wait in the ops store'),
      expect.stringContaining('cannot be opened'),
      expect.stringContaining('cannot be opened'),
    ]);
  });

  it('stops while failing without another try', async () => {
    await using scene = await begin();
    scene.fail.appends = 1;
    scene.arrive(1);
    await expect.poll(() => scene.retries.size).toBe(1);
    await scene.takeOver.stop();
    expect(scene.retries.size).toBe(0);
    scene.arrive(2);
    expect(scene.counts.opened).toBe(1);
  });

  it('awaits a start-over that is under way when it stops, and closes what that opened', async () => {
    await using scene = await begin();
    scene.fail.appends = 1;
    scene.arrive(1);
    await expect.poll(() => scene.retries.size).toBe(1);
    scene.letPauseEnd();
    await scene.takeOver.stop();
    expect(scene.counts).toEqual({ opened: 2, closed: 2 });
    expect(scene.stored).not.toContain(1);
    await expect(scene.takeOver.history.count()).rejects.toThrow('closed');
  });

  it('takes nothing over between pause and resume, also when it starts over meanwhile', async () => {
    await using scene = await begin();
    scene.takeOver.pause();
    scene.arrive(1);
    expect(scene.takeOver.position).toBe(0);
    scene.fail.appends = 1;
    scene.takeOver.resume();
    await expect.poll(() => scene.retries.size).toBe(1);
    scene.takeOver.pause();
    scene.letPauseEnd();
    await expect.poll(() => scene.counts.opened).toBe(2);
    await expect.poll(() => scene.stored.at(-1)).toBe(0);
    scene.arrive(2);
    expect(scene.takeOver.position).toBe(0);
    scene.takeOver.resume();
    await expect.poll(() => scene.stored.at(-1)).toBe(2);
  });

  it('waits for the append under way when it stops', async () => {
    await using scene = await begin();
    const open = Promise.withResolvers<void>();
    scene.gate.opens = open.promise;
    scene.arrive(1);
    const stopping = scene.takeOver.stop();
    open.resolve();
    await stopping;
    expect(scene.stored).toEqual([1]);
  });

  it('takes nothing over while the disk has no room, says so once, and goes on by itself', async () => {
    await using scene = await begin();
    scene.room.reason = 'the disk is nearly full';
    for (let at = 1; at <= 3; at++) scene.arrive(at);
    for (let tries = 0; tries < 5; tries++) {
      await expect.poll(() => scene.retries.size).toBe(1);
      expect(scene.takeOver.stats.waiting).toBe('the disk is nearly full');
      scene.letPauseEnd();
    }
    expect(scene.stored).toEqual([]);
    scene.room.reason = null;
    await expect.poll(() => scene.retries.size).toBe(1);
    scene.letPauseEnd();
    await expect.poll(() => scene.stored.at(-1)).toBe(3);
    expect(scene.takeOver.stats.waiting).toBeNull();
    expect(scene.counts.opened).toBe(1);
    expect(scene.logged.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it('does not open the history anew before there is room', async () => {
    await using scene = await begin();
    scene.fail.appends = 1;
    scene.arrive(1);
    await expect.poll(() => scene.retries.size).toBe(1);
    scene.room.reason = 'the disk is full';
    scene.letPauseEnd();
    expect(scene.retries.size).toBe(1);
    expect(scene.counts.opened).toBe(1);
    scene.room.reason = null;
    scene.letPauseEnd();
    await expect.poll(() => scene.stored.at(-1)).toBe(1);
  });

  it('begins without a history that a full disk does not let open, and has it later', async () => {
    const store = await openTemporary();
    const disk: { isFull: boolean } = { isFull: true };
    const retries: (() => void)[] = [];
    const log = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    };
    const parts = {
      open: () => (disk.isFull ? Promise.reject(new Error('no room')) : Promise.resolve(store.history)),
      batchesAfter: () => [],
      keep: () => Promise.resolve(),
      room: () => ({ batches: 1, reason: disk.isFull ? 'full' : null }),
      stored: () => undefined,
      later: (task: () => void) => {
        retries.push(task);
        return () => undefined;
      },
      log,
    };
    const takeOver = await TakeOver.open(parts);
    await expect(takeOver.history.count()).rejects.toMatchObject({ code: 'not-ready' });
    disk.isFull = false;
    retries.pop()?.();
    await expect.poll(() => takeOver.history.count().catch(() => null)).toBe(0);
    await takeOver.stop();
    await expect(
      TakeOver.open({ ...parts, open: () => Promise.reject(new Error('no history')) }),
    ).rejects.toThrow('no history');
    await store[Symbol.asyncDispose]();
  });

  it('goes on only when what can never be stored is kept, and asks again after a failure', async () => {
    await using scene = await begin();
    scene.fail.keeping = 1;
    scene.arrive(1, Number.NaN);
    await expect.poll(() => scene.retries.size).toBe(1);
    expect(scene.kept).toEqual([]);
    expect(scene.stored).toEqual([]);
    scene.letPauseEnd();
    await expect.poll(() => scene.stored.at(-1)).toBe(1);
    expect(scene.kept).toMatchObject([{ device: 'd1', reading: { position: 1, value: 1 } }]);
  });

  it('logs what can never be stored with its count, and goes on', async () => {
    await using scene = await begin();
    scene.takeOver.pause();
    for (let at = 1; at <= 7; at++) scene.arrive(at, Number.NaN);
    scene.arrive(8);
    scene.takeOver.resume();
    await expect.poll(() => scene.stored.at(-1)).toBe(8);
    expect(scene.logged).toHaveLength(1);
    expect(scene.logged[0]).toMatchObject({
      level: 'error',
      fields: { count: 7, examples: [{ device: 'd1' }, {}, {}, {}, {}] },
    });
    expect(JSON.stringify(scene.logged)).not.toContain('value');
    expect(await scene.takeOver.history.position()).toBe(position(8));
    expect(await scene.takeOver.history.count()).toBe(1);
  });
});
