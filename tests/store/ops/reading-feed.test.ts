import { describe, expect, it } from 'vitest';
import { type DeviceId, day, epochMs, minute, position } from '#model/brand.ts';
import { type FeedCursor, readFeedCursor, writeFeedCursor } from '#model/feed-cursor.ts';
import type { Reading } from '#model/reading.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';
import { at, reading } from '#tests/store/ops/support/samples.ts';
import { fc } from '#tests/support/properties.ts';

const start: FeedCursor = { position: position(0), count: null };
const said = (where: number, value: number, device = 'd-1'): Reading =>
  reading({ position: position(where), value, device: device as DeviceId });

describe('the readings of the last while', () => {
  it('come in the order of the log behind any cursor, those of one record one by one', async () => {
    await using ops = await disposableStore();
    const { feed } = ops.writer;
    feed.put({ position: position(4), readings: [said(2, 1), said(2, 2), said(4, 3)], context: [] }, at);
    feed.put({ position: position(9), readings: [said(7, 4), said(7, 5)], context: [] }, at);
    const all = [...ops.reader.feed.after(start)];
    expect(all.map(({ cursor, reading: { value } }) => [writeFeedCursor(cursor), value])).toEqual([
      ['2.1', 1],
      ['2.2', 2],
      ['4.1', 3],
      ['7.1', 4],
      ['7.2', 5],
    ]);
    const behind = (text: string) =>
      [...ops.reader.feed.after(readFeedCursor(text) ?? start)].map(({ reading: { value } }) => value);
    for (const [index, { cursor }] of all.entries())
      expect(behind(writeFeedCursor(cursor))).toEqual([1, 2, 3, 4, 5].slice(index + 1));
    expect(['2', '3', '4', '5', '7', '8', '9'].map(behind)).toEqual([
      [3, 4, 5],
      [3, 4, 5],
      [4, 5],
      [4, 5],
      [],
      [],
      [],
    ]);
  });

  it('are all met once, whatever the records, the transactions and the pages are', async () => {
    await using ops = await disposableStore();
    const { feed } = ops.writer;
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        (transactions, size) => {
          ops.writer.begin();
          try {
            let where = 0;
            let value = 0;
            for (const records of transactions) {
              const readings = records.flatMap((count) => {
                where += 1;
                const before = value;
                value += count;
                return Array.from({ length: count }, (_, index) => said(where, before + index + 1));
              });
              feed.put({ position: position(where), readings, context: [] }, at);
            }
            const met: unknown[] = [];
            for (let cursor = start, isAll = false; !isAll; ) {
              const page = [...feed.after(cursor)].slice(0, size);
              met.push(...page.map((each) => each.reading.value));
              cursor = page.at(-1)?.cursor ?? cursor;
              isAll = page.length === 0;
            }
            expect(met).toEqual(Array.from({ length: value }, (_, index) => index + 1));
          } finally {
            ops.writer.rollback();
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('go when they are old or many, and it is known up to where', async () => {
    await using ops = await disposableStore();
    const { feed } = ops.writer;
    const put = (where: number, when: number) =>
      feed.put({ position: position(where), readings: [said(where, where)], context: [] }, epochMs(when));
    for (const where of [1, 2, 3, 4]) put(where, at + where * minute);
    const left = () => [...ops.reader.feed.after(start)].map(({ reading: { value } }) => value);
    const now = epochMs(at + 3 * minute + day);
    feed.trim(now, { ms: null, bytes: 1_000_000 });
    expect([left(), ops.reader.feed.floor()]).toEqual([[1, 2, 3, 4], 0]);
    feed.trim(now, { ms: day, bytes: 1_000_000 });
    expect([left(), ops.reader.feed.floor()]).toEqual([[3, 4], 2]);
    feed.trim(now, { ms: day, bytes: 0 });
    expect([left(), ops.reader.feed.floor()]).toEqual([[], 4]);
    put(5, at + day);
    ops.writer.begin();
    put(6, at + day);
    ops.writer.rollback();
    feed.trim(now, { ms: day, bytes: 200 });
    expect(left()).toEqual([5]);
  });

  it('hold nothing of a device that was erased, and lead where they led', async () => {
    await using ops = await disposableStore();
    const { feed } = ops.writer;
    const readings = [said(2, 1, 'd-1'), said(2, 2, 'd-12'), said(2, 3, 'd-1'), said(3, 4, 'd-12')];
    feed.put({ position: position(3), readings, context: [] }, at);
    feed.erase(['d-1' as DeviceId]);
    const rest = [...ops.reader.feed.after(readFeedCursor('2.1') ?? start)];
    expect(
      rest.map(({ cursor, reading: each }) => [writeFeedCursor(cursor), each.device, each.value]),
    ).toEqual([
      ['2.2', 'd-12', 2],
      ['2.3', '', false],
      ['3.1', 'd-12', 4],
    ]);
  });

  it('have cursors that are read as they are written, and nothing else is one', () => {
    for (const text of ['0', '17', '17.3']) expect(writeFeedCursor(readFeedCursor(text) ?? start)).toBe(text);
    for (const text of ['', '-1', '1.', '1.2.3', 'x', '1e3', '9'.repeat(16)])
      expect(readFeedCursor(text), text).toBeUndefined();
  });
});
