import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeviceId, epochMs } from '#model/brand.ts';
import type { Page } from '#store/history/history.ts';
import { openInfluxHistory } from '#store/history/influxdb/influxdb-history.ts';
import type { Placement } from '#store/history/influxdb/lines.ts';
import { quoted } from '#store/history/influxdb/quote.ts';
import { InfluxServer } from '#store/history/influxdb/server.ts';
import { influxTarget } from '#tests/store/history/influx-target.ts';
import { openDatabase } from '#tests/store/history/open-influxdb.ts';
import { batch, historyContract } from '#tests/store/history.contract.ts';
import { type RunningInflux, startInflux } from '#tests/support/influxd.ts';
import { fc } from '#tests/support/properties.ts';

let influx: RunningInflux | undefined;
beforeAll(async () => {
  influx = await startInflux();
});
afterAll(async () => {
  await influx?.[Symbol.asyncDispose]();
});

historyContract('InfluxDB', () => openDatabase(influx?.url ?? ''));

const noon = Date.parse('2026-03-10T12:00:00Z');
const everything = { from: epochMs(0), to: epochMs(Date.parse('2100-01-01')) };

describe('history in InfluxDB beside the contract', () => {
  it('answers the points that the server refuses and keeps all others of the write', async () => {
    await using store = await openDatabase(influx?.url ?? '');
    const long = 'x'.repeat(65_536);
    const rows = Array.from({ length: 300 }, (_, index) =>
      index === 17 || index === 250
        ? (['d1', long, noon + index, index] as const)
        : (['d1', 'temperature', noon + index, index] as const),
    );
    const { rejected } = await store.history.append([batch(1, rows)]);
    expect(rejected.map(({ at }) => at - noon)).toEqual([17, 250]);
    expect(rejected[0]?.reason).toMatch(/max key length/);
    expect(await store.history.count()).toBe(298);
    expect(await store.history.position()).toBe(1);
  });

  it('answers numbers that it cannot write, and names', async () => {
    await using store = await openDatabase(influx?.url ?? '');
    const { rejected } = await store.history.append([
      batch(1, [
        ['d1', 'temperature', noon, Number.NaN],
        ['d1', 'a\nb', noon, 1],
        ['d1\\', 'temperature', noon, 1],
        ['d1', 'temperature', noon, 1],
      ]),
    ]);
    expect(rejected).toHaveLength(3);
    expect(await store.history.count()).toBe(1);
  });

  it('gives the readings of a device that was moved as one series', async () => {
    const placement: { now: Placement } = { now: { place: 'b1' } };
    await using store = await openDatabase(influx?.url ?? '', () => placement.now);
    await store.history.append([batch(1, [['d1', 'temperature', noon, 1]])]);
    placement.now = { place: 'b2' };
    await store.history.append([batch(2, [['d1', 'temperature', noon + 1, 2]])]);
    const query = { device: 'd1' as DeviceId, property: 'temperature', ...everything, limit: 10 };
    expect((await store.history.readings(query)).points.map(({ value }) => value)).toEqual([1, 2]);
  });

  it('pages through a device that has two readings of the same times, and skips none', async () => {
    const placement: { now: Placement } = { now: { place: 'b1' } };
    await using store = await openDatabase(influx?.url ?? '', () => placement.now);
    const rows = Array.from({ length: 20 }, (_, n) => ['d1', 'temperature', noon + n, n] as const);
    await store.history.append([batch(1, rows)]);
    // As a copy, or an older Gridbell, left them: the place is part of what a point is.
    const server = new InfluxServer(store.target);
    await server.write(
      rows.map(
        ([, , at]) =>
          `environment,device=d1,property=temperature,place=b2 num=${at - noon + 100},k=0i,d=90i,f=0i,o=0i ${at}`,
      ),
    );
    for (const limit of [1, 2, 7, 39, 40]) {
      const query = { device: 'd1' as DeviceId, property: 'temperature', ...everything, limit };
      const values: unknown[] = [];
      let cursor: string | null = null;
      do {
        const page: Page = await store.history.readings(cursor === null ? query : { ...query, cursor });
        values.push(...page.points.map(({ value }) => value));
        cursor = page.next;
      } while (cursor !== null);
      expect(values, `${limit}`).toEqual(rows.map((_, n) => n + 100));
    }
  });

  it('counts what a moved device says again of a time before the move once, where it said it first', async () => {
    const placement: { now: Placement } = { now: { place: 'b 1', building: 'b=1,x' } };
    await using store = await openDatabase(influx?.url ?? '', () => placement.now);
    const of = (time: number, value: number) => ['d1', 'temperature', time, value] as const;
    await store.history.append([batch(1, [of(noon, 1), of(noon + 2, 2)])]);
    placement.now = { place: 'b2' };
    await store.history.append([batch(2, [of(noon, 5), of(noon + 1, 6), of(noon + 3, 7)])]);
    const history = await store.reopen();
    await history.append([batch(3, [of(noon + 2, 8), of(noon + 3, 7)])]);
    const query = { device: 'd1' as DeviceId, property: 'temperature', ...everything };
    expect(await history.count()).toBe(4);
    expect((await history.readings({ ...query, limit: 10 })).points.map(({ value }) => value)).toEqual([
      5, 6, 8, 7,
    ]);
    const buckets = { ...query, everyMs: 3_600_000, timezone: 'Asia/Shanghai' };
    for (const [fn, value] of [
      ['count', 4],
      ['sum', 26],
      ['last', 7],
      ['first', 5],
    ] as const)
      expect((await history.buckets({ ...buckets, fn })).points.map((point) => point.value)).toEqual([value]);
  });

  it('erases what a device said and leaves the others', async () => {
    await using store = await openDatabase(influx?.url ?? '');
    await store.history.append([
      batch(1, [
        ['d1', 'smoke', noon, true],
        ['d1', 'temperature', noon, 1],
        ['d2', 'temperature', noon, 1],
      ]),
    ]);
    expect(await store.history.erase(['d1'])).toEqual({ readings: 2, rollups: 0 });
    expect(await store.history.count('d1' as DeviceId)).toBe(0);
    expect(await store.history.count()).toBe(1);
  });

  it('takes out what is older than what is kept, by whole days', async () => {
    await using store = await openDatabase(influx?.url ?? '');
    const day = 86_400_000;
    await store.history.append([
      batch(1, [
        ['d1', 'temperature', noon - day, 1],
        ['d1', 'temperature', noon, 2],
        ['d1', 'smoke', noon - day, true],
      ]),
    ]);
    const kept = [{ property: 'temperature', readingsFrom: epochMs(noon), rollupsFrom: null }];
    expect(await store.history.purge({ kept, contextFrom: null })).toEqual([
      { property: 'temperature', readings: 1, rollups: 0, until: noon - day / 2 },
    ]);
    expect(await store.history.count()).toBe(2);
  });

  it('quotes any text as one literal', async () => {
    const server = new InfluxServer(influxTarget(influx?.url ?? '', 'none'));
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom("'", '"', '\\', '\n', ';', 'n', '火', ' ') }),
        async (text) => {
          // What is not one literal is a parse error, or another statement.
          expect(
            await server.query([`SHOW DATABASES`, `SELECT k FROM m WHERE a = ${quoted(text)}`]).catch(String),
          ).toMatch(/database not found/);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('rejects while the server is away and goes on where it stood', async () => {
    await using own = await startInflux();
    const history = await openInfluxHistory(influxTarget(own.url));
    await history.append([batch(1, [['d1', 'temperature', noon, 1]])]);
    await own.stop('SIGKILL');
    await expect(history.append([batch(2, [['d1', 'temperature', noon + 1, 2]])])).rejects.toMatchObject({
      code: 'not-ready',
    });
    await own.start();
    await history.append([batch(2, [['d1', 'temperature', noon + 1, 2]])]);
    expect(await history.count()).toBe(2);
    expect(await history.position()).toBe(2);
  });
});
