import { describe, expect, it } from 'vitest';
import { type DeviceId, epochMs } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import { aggregates, type BucketQuery, type History, type Point } from '#store/history/history.ts';
import { inspect } from '#tests/store/history/inspect.ts';
import { naiveBuckets } from '#tests/store/history/naive-buckets.ts';
import { openTemporary } from '#tests/store/history/open-duckdb.ts';
import { batch } from '#tests/store/history.contract.ts';
import { fc } from '#tests/support/properties.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** The clocks of Berlin go forward on the second day. */
const start = Date.parse('2026-03-28T00:00:00Z');
const zones = ['Asia/Shanghai', 'Europe/Berlin', 'UTC', 'Asia/Kathmandu', 'America/New_York'] as const;
const lengths = [60_000, 300_000, 15 * 60_000, hour, 6 * hour, day, 2 * day, 7 * day, 7_000, 100_000];

const rows = (
  device: string,
  from: number,
  everyMs: number,
  until: number,
): [string, string, number, Value][] =>
  Array.from({ length: Math.ceil((until - from) / everyMs) }, (_, index) => {
    const mixed: Value = index % 97 === 5 ? `code ${index}` : index % 11 === 3;
    const value = device === 'mixed' ? mixed : Math.round(Math.sin(index / 40) * 200) / 10;
    return [device, 'x', from + index * everyMs + ((index * 7_919) % 900), value];
  });

const ask = (
  history: History,
  query: Pick<BucketQuery, 'device' | 'everyMs' | 'fn' | 'timezone'> & { from: number; to: number },
) => history.buckets({ ...query, property: 'x', from: epochMs(query.from), to: epochMs(query.to) });

async function everyReading(history: History, device: string): Promise<Point[]> {
  const points: Point[] = [];
  let cursor: string | null = null;
  do {
    const range = { from: epochMs(0), to: epochMs(start * 2), limit: 100_000 };
    const query = { device: device as DeviceId, property: 'x', ...range };
    const page = await history.readings(cursor === null ? query : { ...query, cursor });
    points.push(...page.points);
    cursor = page.next;
  } while (cursor !== null);
  return points;
}

function expectSame(found: readonly Point[], wanted: readonly Point[]): void {
  expect(found.map(({ at }) => at)).toEqual(wanted.map(({ at }) => at));
  for (const [index, { value }] of found.entries()) {
    const expected = wanted[index]?.value;
    // Sums differ by the order of adding, and by nothing else.
    if (typeof expected === 'number') expect(value).toBeCloseTo(expected, 7);
    else expect(value).toBe(expected);
  }
}

/** Five days: sparse series, one with a quarter of an hour's level, one with a minute's; late data in the third day. */
async function filled(timezone: string) {
  const store = await openTemporary({ sliceRows: 20_000, timezone: () => timezone });
  const { history } = store;
  await history.append([batch(1, rows('sparse', start, 11 * 60_000, start + 5 * day))]);
  await history.append([batch(2, rows('mixed', start, 190_000, start + 5 * day))]);
  await history.append([batch(3, rows('quarter', start, 20_000, start + 2 * day))]);
  await history.append([batch(4, rows('dense', start, 1_900, start + day))]);
  await history.append([batch(5, rows('end', start + 5 * day, hour, start + 5 * day + 3 * hour))]);
  await history.maintain();
  await history.append([batch(6, rows('sparse', start + 2 * day + 5, 2 * hour, start + 3 * day))]);
  return store;
}

describe('roll-ups', () => {
  it.each(['Asia/Shanghai', 'Europe/Berlin'])(
    'give what the readings give, whatever is asked, with days cut in %s',
    async (home) => {
      await using store = await filled(home);
      const { history } = store;
      const points = new Map<string, Point[]>();
      for (const device of ['sparse', 'mixed', 'quarter', 'dense'])
        points.set(device, await everyReading(history, device));
      const sources = new Set<string>();
      const question = fc.record({
        device: fc.constantFrom('sparse', 'mixed', 'quarter', 'dense'),
        everyMs: fc.constantFrom(...lengths),
        fn: fc.constantFrom(...aggregates),
        timezone: fc.constantFrom(home, ...zones),
        from: fc.oneof(
          fc.integer({ min: 0, max: 5 * 24 }).map((at) => at * hour),
          fc.integer({ min: 0, max: 5 * day }),
        ),
        length: fc.oneof(
          fc.integer({ min: 0, max: 120 }).map((at) => at * hour),
          fc.integer({ min: 0, max: 5 * day }),
        ),
      });
      await fc.assert(
        fc.asyncProperty(question, async ({ length, ...asked }) => {
          const device = asked.device as DeviceId;
          const from = start + (asked.from % (device === 'dense' ? day : 6 * day));
          const most = device === 'dense' ? 2 * hour : device === 'quarter' ? day : 5 * day;
          const query = { ...asked, device, from, to: from + (length % most) };
          const { points: found, source } = await ask(history, query);
          const range = { from: epochMs(query.from), to: epochMs(query.to) };
          expectSame(found, naiveBuckets(points.get(device) ?? [], { ...query, ...range }));
          sources.add(source);
        }),
        { numRuns: 150 },
      );
      expect([...sources].toSorted()).toEqual(expect.arrayContaining(['1h', 'mixed', 'raw']));
    },
  );

  it('are chosen where their buckets lie in those that are asked for, and the answer says so', async () => {
    await using store = await filled('Asia/Shanghai');
    const source = async (
      device: string,
      everyMs: number,
      range: [number, number],
      timezone = 'Asia/Shanghai',
    ) =>
      (
        await ask(store.history, {
          device: device as DeviceId,
          everyMs,
          fn: 'avg',
          timezone,
          from: start + range[0],
          to: start + range[1],
        })
      ).source;
    const twoDays: [number, number] = [0, 2 * day];
    expect(await source('sparse', day, twoDays)).toBe('1d');
    expect(await source('sparse', 7 * day, twoDays)).toBe('1d');
    expect(await source('sparse', day, twoDays, 'Asia/Tokyo')).toBe('1h');
    expect(await source('sparse', day, twoDays, 'Asia/Kathmandu')).toBe('mixed');
    expect(await source('sparse', hour, twoDays, 'Asia/Kathmandu')).toBe('raw');
    expect(await source('sparse', hour, twoDays)).toBe('1h');
    expect(await source('sparse', 6 * hour, twoDays)).toBe('1h');
    expect(await source('sparse', 15 * 60_000, twoDays)).toBe('raw');
    expect(await source('quarter', 15 * 60_000, twoDays)).toBe('15m');
    expect(await source('quarter', hour, twoDays, 'Asia/Kathmandu')).toBe('15m');
    expect(await source('quarter', 60_000, twoDays)).toBe('raw');
    expect(await source('dense', 60_000, [0, 6 * hour])).toBe('1m');
    expect(await source('dense', 300_000, [0, 6 * hour])).toBe('1m');
    expect(await source('dense', 7_000, [0, hour])).toBe('raw');
    // Ragged ends come from what is finer; a day with late data comes from its readings.
    expect(await source('sparse', hour, [1, 10 * hour])).toBe('mixed');
    expect(await source('sparse', day, [0, 4 * day])).toBe('mixed');
    expect(await source('sparse', hour, [2 * day, 3 * day])).toBe('raw');
  });

  it('are made anew when late data has been put in order, and for days that were in order before there were any', async () => {
    await using store = await filled('Asia/Shanghai');
    const asked = {
      device: 'sparse' as DeviceId,
      everyMs: day,
      fn: 'sum',
      timezone: 'Asia/Shanghai',
    } as const;
    const range = { from: start + 2 * day, to: start + 3 * day };
    const before = await ask(store.history, { ...asked, ...range });
    expect(before.source).toBe('raw');
    await store.history.append([batch(7, rows('end', start + 6 * day, hour, start + 6 * day + 3 * hour))]);
    await store.history.maintain();
    const after = await ask(store.history, { ...asked, ...range });
    expect(after.source).toBe('1d');
    expectSame(after.points, before.points);
    await store.history.close();
    await inspect(store.path, 'DELETE FROM rolled');
    const history = await store.reopen();
    expect((await ask(history, { ...asked, ...range })).source).toBe('raw');
    await history.maintain();
    expect(await ask(history, { ...asked, ...range })).toEqual(after);
    const [row] = await (async () => {
      await history.close();
      return inspect(
        store.path,
        'SELECT count(*)::INTEGER, count(DISTINCT (day, series, bucket))::INTEGER FROM rollup_1h_202603',
      );
    })();
    expect(row?.[0]).toBe(row?.[1]);
  });

  it('answer many devices at once as they answer each', async () => {
    await using store = await filled('Asia/Shanghai');
    const { history } = store;
    const devices = ['quarter', 'nobody', 'sparse', 'mixed'] as DeviceId[];
    for (const fn of aggregates) {
      const query = { fn, everyMs: hour, timezone: 'Asia/Shanghai', property: 'x' };
      const range = { from: epochMs(start + 90_000), to: epochMs(start + 4 * day + 90_000) };
      const { rows: found } = await history.heat({ ...query, ...range, devices });
      expect(found.map(({ device }) => device)).toEqual(['quarter', 'sparse', 'mixed']);
      for (const { device, points } of found)
        expectSame(points, (await history.buckets({ ...query, ...range, device })).points);
    }
  });
});
