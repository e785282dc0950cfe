import { describe, expect, it } from 'vitest';
import { type DeviceId, epochMs } from '#model/brand.ts';
import type { History, PurgeOrder } from '#store/history/history.ts';
import { inspect } from '#tests/store/history/inspect.ts';
import { openTemporary } from '#tests/store/history/open-duckdb.ts';
import { batch } from '#tests/store/history.contract.ts';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.parse('2026-02-27T00:00:00Z');
const days = 6;

/** Six days of three properties by the quarter of an hour, the last of them not over. */
async function filled() {
  const store = await openTemporary({ sliceRows: 100 });
  const rows = Array.from({ length: days * 96 }, (_, index) =>
    ['heart-rate', 'smoke', 'temperature'].map(
      (property) => ['d1', property, start + index * 900_000, index % 50] as const,
    ),
  ).flat();
  await store.history.append([batch(1, rows)]);
  return store;
}

const keeping = (kept: Record<string, [readings: number | null, rollups: number | null]>): PurgeOrder => ({
  kept: Object.entries(kept).map(([property, [readings, rollups]]) => ({
    property,
    readingsFrom: readings === null ? null : epochMs(start + readings),
    rollupsFrom: rollups === null ? null : epochMs(start + rollups),
  })),
  contextFrom: null,
});

const whole = { from: epochMs(start - day), to: epochMs(start + 20 * day) };
const first = async (history: History, property: string): Promise<number | undefined> => {
  const query = { device: 'd1' as DeviceId, property, ...whole, limit: 1 };
  return (await history.readings(query)).points[0]?.at;
};
const byDay = (history: History, property: string) =>
  history.buckets({
    device: 'd1' as DeviceId,
    property,
    ...whole,
    everyMs: day,
    fn: 'count',
    timezone: 'Asia/Shanghai',
  });

describe('what is older than what is kept', () => {
  it('goes by whole days, property by property; roll-ups stay for longer and answer for it', async () => {
    await using store = await filled();
    const { history } = store;
    const before = await byDay(history, 'heart-rate');
    const gone = await history.purge(
      keeping({ 'heart-rate': [2.5 * day, day], smoke: [3 * day, null], temperature: [null, null] }),
    );
    expect(gone).toEqual([
      { property: 'heart-rate', readings: 192, rollups: expect.any(Number), until: start + 2 * day },
      { property: 'smoke', readings: 288, rollups: 0, until: start + 3 * day },
    ]);
    expect(await first(history, 'heart-rate')).toBe(start + 2 * day);
    expect(await first(history, 'smoke')).toBe(start + 3 * day);
    expect(await first(history, 'temperature')).toBe(start);
    const smoke = await byDay(history, 'smoke');
    expect(smoke.points).toEqual(before.points);
    expect(smoke.source).toBe('mixed');
    const vitals = await byDay(history, 'heart-rate');
    // The day before its roll-ups begin, in UTC, is gone: of the local day that it began, the rest is there.
    expect(vitals.points).toEqual(
      [{ at: start + 16 * hour, value: 64 + 32 }, ...before.points.slice(2)].map((point, index) =>
        index === 0 ? { at: start + day - 8 * hour, value: 64 } : point,
      ),
    );
    expect(await history.count()).toBe(days * 96 * 3 - 192 - 288);
  });

  it('is not taken in again, and what comes late otherwise does not harm the roll-ups that are left', async () => {
    await using store = await filled();
    const { history } = store;
    const before = await byDay(history, 'smoke');
    await history.purge(
      keeping({ smoke: [3 * day, null], 'heart-rate': [4 * day, null], temperature: [null, null] }),
    );
    const { rejected } = await history.append([
      batch(2, [
        ['d1', 'smoke', start + day + 5, 1],
        ['d1', 'temperature', start + day + 5, 1],
      ]),
      batch(3, [['d1', 'temperature', start + 9 * day, 1]]),
    ]);
    expect(rejected).toMatchObject([
      {
        device: 'd1',
        property: 'smoke',
        at: start + day + 5,
        reason: 'smoke of that time is not kept any more',
      },
    ]);
    expect((await byDay(history, 'smoke')).points).toEqual(before.points);
    await history.maintain();
    expect((await byDay(history, 'smoke')).points).toEqual(before.points);
    const again = await store.reopen();
    expect((await byDay(again, 'smoke')).points).toEqual(before.points);
    expect((await byDay(again, 'temperature')).points.slice(0, 3).map(({ value }) => value)).toEqual([
      64, 97, 96,
    ]);
  });

  it('leaves no table of a day of which nothing is left', async () => {
    await using store = await filled();
    const { history } = store;
    const before = await byDay(history, 'smoke');
    const all = {
      smoke: [4 * day, null],
      'heart-rate': [4 * day, null],
      temperature: [4 * day, null],
    } as const;
    await history.purge(
      keeping({
        smoke: [...all.smoke],
        'heart-rate': [...all['heart-rate']],
        temperature: [...all.temperature],
      }),
    );
    expect((await byDay(history, 'smoke')).points).toEqual(before.points);
    expect(await history.purge(keeping({ smoke: [4 * day, null] }))).toEqual([]);
    await history.close();
    const tables = "SELECT count(*)::INTEGER FROM duckdb_tables() WHERE starts_with(table_name, 'readings')";
    expect(await inspect(store.path, tables)).toEqual([[2]]);
    const again = await store.reopen();
    expect((await byDay(again, 'smoke')).points).toEqual(before.points);
    expect((await again.extent())?.first).toBe(start + 4 * day);
  });

  it('leaves no name of a series of which neither readings nor roll-ups are left, and takes it in anew', async () => {
    await using store = await filled();
    const { history } = store;
    const d2 = 'd2' as DeviceId;
    await history.append([batch(2, [[d2, 'smoke', start, 1]])]);
    await history.purge(keeping({ smoke: [3 * day, null] }));
    expect(await history.series(['d1' as DeviceId, d2])).toContainEqual({ device: d2, property: 'smoke' });
    await history.purge(keeping({ smoke: [3 * day, 3 * day], temperature: [2 * day, 0] }));
    expect(await history.series([d2])).toEqual([]);
    expect(await history.series(['d1' as DeviceId])).toHaveLength(3);
    expect(await history.properties()).toEqual(
      expect.arrayContaining(['heart-rate', 'smoke', 'temperature']),
    );
    await history.append([batch(3, [[d2, 'smoke', start + 5 * day, 1]])]);
    const again = await store.reopen();
    expect(await again.series([d2])).toEqual([{ device: d2, property: 'smoke' }]);
    expect(await again.count(d2)).toBe(1);
    const smoke = await again.readings({
      device: 'd1' as DeviceId,
      property: 'smoke',
      ...whole,
      limit: 1_000,
    });
    expect(smoke.points).toHaveLength(3 * 96);
  });
});
