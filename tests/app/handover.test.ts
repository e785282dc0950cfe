import { describe, expect, it } from 'vitest';
import { Handover, type HandoverState, handoverIn } from '#app/history/handover.ts';
import { type EpochMs, type Position, position } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { HistoryBatch } from '#store/history/history.ts';
import type { InfluxVitals } from '#store/history/influxdb/vitals.ts';
import { batch } from '#tests/store/history.contract.ts';

const noon = Date.parse('2026-03-10T12:00:00Z');
const batchBytes = 10;
const one = (at: number): HistoryBatch => batch(at, [['d1', 'temperature', noon + at, at]]);
const at = (n: number): Position => position(n);

/** A server as it tells of itself, an outbox, and a clock that stands until it is moved on. */
function begin(state: HandoverState | null = null, mostBytes = 1_000) {
  const server: { vitals: InfluxVitals } = { vitals: { started: 'monday', caches: [] } };
  const outbox: HistoryBatch[] = [];
  const logged: string[] = [];
  const scene = { committed: 0, nowMs: 1_000, state, logged, outbox, server };
  const log = (level: keyof Log) => (_: object, message: string) => {
    logged.push(`${level}: ${message}`);
  };
  const handover = new Handover({
    state,
    vitals: () => Promise.resolve(server.vitals),
    batches: {
      committed: () => at(scene.committed),
      firstBatch: () => outbox[0]?.position,
      batchesAfter: (behind, most) => outbox.filter(({ position: of }) => of > behind).slice(0, most),
      bytesBetween: (behind, upTo) =>
        outbox.filter(({ position: of }) => of > behind && of <= upTo).length * batchBytes,
    },
    mostBytes,
    keep: (next) => {
      // As the engine does.
      while ((outbox[0]?.position ?? Number.POSITIVE_INFINITY) <= next.released) outbox.shift();
      scene.state = handoverIn(JSON.stringify(next)) ?? null;
    },
    monotonic: () => scene.nowMs,
    now: () => noon as EpochMs,
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
  });
  return {
    ...scene,
    scene,
    handover,
    write: (from: number, to: number): void => {
      for (let n = from; n <= to; n += 1) outbox.push(one(n));
      scene.committed = to;
      for (let n = from; n <= to; n += 1) handover.wrote(at(n));
    },
  };
}

describe('handing batches over to a server that may lose them', () => {
  it('lets them go when all shards packed what was written before, and not earlier', async () => {
    const { handover, outbox, scene, server, write } = begin();
    expect(await handover.begin(at(0), null)).toEqual({ position: 0, known: 0 });
    write(1, 3);
    scene.nowMs += 60_000;
    server.vitals = {
      started: 'monday',
      caches: [
        { unwrittenBytes: 0, ageMs: 0 },
        { unwrittenBytes: 5, ageMs: 60_000 },
      ],
    };
    expect(await handover.look()).toBe(false);
    expect(outbox).toHaveLength(3);
    write(4, 4);
    server.vitals = {
      started: 'monday',
      caches: [
        { unwrittenBytes: 0, ageMs: 0 },
        { unwrittenBytes: 5, ageMs: 30_000 },
      ],
    };
    await handover.look();
    expect(outbox.map((each) => each.position)).toEqual([4]);
    expect(handover.stats.keptBytes).toBe(batchBytes);
    server.vitals = { started: 'monday', caches: [{ unwrittenBytes: 0, ageMs: 90_000 }] };
    await handover.look();
    expect(outbox).toEqual([]);
    expect(handover.stats).toEqual({ keptBytes: 0, wentBack: null });
  });

  it('writes all that is kept again when the server was started anew, and goes on where it was when it was not', async () => {
    const { handover, scene, server, write } = begin();
    await handover.begin(at(0), null);
    write(1, 5);
    expect(await handover.begin(at(5), new Error('broken off'))).toEqual({ position: 5, known: 5 });
    server.vitals = { started: 'tuesday', caches: [] };
    expect(await handover.look()).toBe(true);
    expect(await handover.begin(at(5), null)).toEqual({ position: 0, known: 5 });
    expect(await handover.look()).toBe(false);
    // Another process of ours, the same server; what was written again so far is known.
    handover.wrote(at(2));
    const next = begin(scene.state);
    next.server.vitals = server.vitals;
    next.scene.committed = 5;
    expect(await next.handover.begin(at(5), null)).toEqual({ position: 2, known: 5 });
  });

  it('takes a server that tells nothing for another one when the connection broke, and not when it answered', async () => {
    const { handover, server, write } = begin();
    server.vitals = { started: null, caches: null };
    await handover.begin(at(0), null);
    write(1, 5);
    const answered = new GridbellError('not-ready', 'InfluxDB refuses (500): engine: cache full');
    expect((await handover.begin(at(5), answered)).position).toBe(5);
    const broken = new Error('socket hang up');
    const away = new GridbellError('not-ready', 'does not answer', { cause: broken });
    expect((await handover.begin(at(5), away)).position).toBe(0);
  });

  it('says what was lost and kept, and what was lost and let go', async () => {
    const { handover, logged, server, write } = begin();
    await handover.begin(at(0), null);
    write(1, 9);
    expect((await handover.begin(at(4), null)).position).toBe(0);
    expect(handover.stats.wentBack).toMatchObject({ from: 9, to: 4, again: 5, lost: 0 });
    expect(logged).toEqual([expect.stringMatching(/^warn: .*were kept/)]);
    // Once: it is not told again while it is written again.
    await handover.begin(at(4), null);
    expect(logged).toHaveLength(1);
    handover.wrote(at(9));
    await handover.look();
    expect(handover.stats.keptBytes).toBeGreaterThan(0);
    server.vitals = { started: 'monday', caches: [{ unwrittenBytes: 0, ageMs: 0 }] };
    await handover.look();
    await handover.begin(at(3), null);
    expect(handover.stats.wentBack).toMatchObject({ from: 9, to: 3, again: 0, lost: 6 });
    expect(logged.at(-1)).toMatch(/^error: .*backup of InfluxDB/);
  });

  it('writes what waits to a server that says it has more than ever was', async () => {
    const { handover, logged, outbox, scene } = begin();
    outbox.push(one(3), one(7));
    scene.committed = 7;
    expect(await handover.begin(at(5_000), null)).toEqual({ position: 2, known: 7 });
    expect(logged).toEqual([expect.stringMatching(/^error: .*another community/)]);
  });

  it('keeps no more than it may, the newest', async () => {
    const { handover, outbox, scene, server } = begin(null, 3 * batchBytes);
    server.vitals = { started: null, caches: null };
    await handover.begin(at(0), null);
    for (let n = 1; n <= 9; n += 1) {
      scene.nowMs += 5_000;
      outbox.push(one(n));
      handover.wrote(at(n));
    }
    expect(outbox.map((each) => each.position)).toEqual([7, 8, 9]);
    scene.nowMs += 8 * 86_400_000;
    await handover.look();
    expect(outbox).toEqual([]);
  });

  it('has event rows again from the last that is surely there', async () => {
    const { handover, scene, server } = begin();
    // Rows may be asked for before readings are.
    expect(handover.eventsAfter(40)).toBe(40);
    await handover.begin(at(0), null);
    expect(handover.eventsAfter(44)).toBe(40);
    handover.wroteEvents(45);
    scene.nowMs += 1_000;
    server.vitals = { started: 'monday', caches: [{ unwrittenBytes: 0, ageMs: 0 }] };
    await handover.look();
    server.vitals = { started: 'monday', caches: [{ unwrittenBytes: 9, ageMs: 0 }] };
    scene.nowMs += 6_000;
    handover.wroteEvents(50);
    await handover.look();
    expect(handover.eventsAfter(50)).toBe(45);
  });
});
