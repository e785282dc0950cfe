import { describe, expect, it } from 'vitest';
import { HistoryQueueWatch } from '#app/lookout/history-queue.ts';
import { Watched } from '#app/lookout/watched.ts';
import { epochMs, position } from '#model/brand.ts';
import type { HistoryBatch } from '#store/history/history.ts';
import { batch } from '#tests/store/history.contract.ts';

const atOnce = Promise.resolve();
const never = new Promise<void>(() => undefined);

describe('a thread that is watched', () => {
  it('is asked once, and not again before it has answered', async () => {
    let asked = 0;
    let answer: (value: string) => void = () => undefined;
    const watched = new Watched(() => {
      asked += 1;
      return new Promise<string>((resolve) => {
        answer = resolve;
      });
    });
    const first = await watched.look(atOnce);
    expect(first.last).toBeNull();
    expect(first.silentMs).toBeGreaterThan(0);
    const second = await watched.look(atOnce);
    expect(second.silentMs).toBeGreaterThan(first.silentMs);
    expect(asked).toBe(1);
    answer('well');
    await new Promise((resolve) => setImmediate(resolve));
    expect(await watched.look(atOnce)).toMatchObject({ last: 'well' });
    expect(asked).toBe(2);
  });

  it('counts as silent while it refuses, keeps its last answer, and is asked again', async () => {
    const answers = [
      () => Promise.resolve('well'),
      () => Promise.reject(new Error('ended')),
      () => Promise.resolve('back'),
    ];
    const watched = new Watched(() => (answers.shift() ?? (() => Promise.reject(new Error('no more'))))());
    expect(await watched.look(never)).toEqual({ last: 'well', silentMs: 0 });
    const refused = await watched.look(never);
    expect(refused.last).toBe('well');
    expect(refused.silentMs).toBeGreaterThan(0);
    expect(await watched.look(never)).toEqual({ last: 'back', silentMs: 0 });
  });
});

describe('what waits for history', () => {
  const noon = Date.parse('2026-03-10T12:00:00Z');
  const waiting: readonly HistoryBatch[] = [
    batch(5, [['d1', 't', noon, 1]]),
    batch(9, [['d1', 't', noon + 60_000, 2]]),
  ];
  let opened = 0;
  const queue = (now: number) =>
    new HistoryQueueWatch(
      {
        historyBacklog: () => waiting.length,
        lastHistoryBatch: () => waiting.at(-1)?.position,
        historyBatchesAfter: (after, most) => {
          opened += 1;
          return waiting.filter((entry) => entry.position > after).slice(0, most);
        },
      },
      () => epochMs(now),
    );

  it('is as old as its oldest batch, which is opened once', () => {
    const watch = queue(noon + 600_000);
    const receivedAt = waiting[0]?.readings[0]?.receivedAt ?? 0;
    const expected = { batches: 2, lagRecords: 6, oldestMs: noon + 600_000 - receivedAt };
    opened = 0;
    expect(watch.look(position(3))).toEqual(expected);
    expect(watch.look(position(3))).toEqual(expected);
    expect(opened).toBe(1);
    expect(watch.look(position(5)).lagRecords).toBe(4);
    expect(opened).toBe(2);
  });

  it('is nothing when history has it and only the engine has not deleted it yet', () => {
    expect(queue(noon).look(position(9))).toEqual({ batches: 2, lagRecords: 0, oldestMs: 0 });
  });
});
