import { describe, expect, it } from 'vitest';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import type { Reading, Value } from '#model/reading.ts';
import { flagsAt, valueAt } from '#model/received.ts';
import {
  aggregates,
  type BucketQuery,
  type History,
  type HistoryBatch,
  longestText,
  type Point,
  type ReceivedQuery,
} from '#store/history/history.ts';
import { measuredContract } from '#tests/store/history/measured.contract.ts';
import { naiveBuckets } from '#tests/store/history/naive-buckets.ts';
import { fc } from '#tests/support/properties.ts';
import { slowness } from '#tests/support/slowness.ts';

/** A history of its own for one test; `reopen` closes it and opens the same data again. */
export interface DisposableHistory extends AsyncDisposable {
  readonly history: History;
  reopen(): Promise<History>;
}

const at = (iso: string): number => Date.parse(iso);
const noon = at('2026-03-10T12:00:00Z');
const everything = { from: epochMs(at('1970-01-01')), to: epochMs(at('2100-01-01')) };

type Row = readonly [device: string, property: string, at: number, value: Value];

export const reading = ([device, property, time, value]: Row, batch = 1): Reading => ({
  device: device as DeviceId,
  property,
  at: epochMs(time),
  receivedAt: epochMs(time + 40),
  value,
  flags: 0,
  position: position(batch),
});

export const batch = (at: number, rows: readonly Row[]): HistoryBatch => ({
  position: position(at),
  readings: rows.map((row) => reading(row, at)),
  context: [],
});

async function all(history: History, device: string, property: string, limit = 100_000): Promise<Point[]> {
  const points: Point[] = [];
  let cursor: string | null = null;
  do {
    const query = { device: device as DeviceId, property, ...everything, limit };
    const page = await history.readings(cursor === null ? query : { ...query, cursor });
    points.push(...page.points);
    cursor = page.next;
  } while (cursor !== null);
  return points;
}

const bucketsOf = async (history: History, query: Partial<BucketQuery>): Promise<readonly Point[]> => {
  const { points } = await history.buckets({
    device: 'd1' as DeviceId,
    property: 'temperature',
    ...everything,
    everyMs: 3_600_000,
    fn: 'count',
    timezone: 'Asia/Shanghai',
    ...query,
  });
  return points;
};

const temperature = (time: number, value: Value): Row => ['d1', 'temperature', time, value];

/** What every adapter of store/history/history.ts keeps. */
export function historyContract(name: string, open: () => Promise<DisposableHistory>): void {
  describe(`history in ${name}`, () => {
    describe('taking batches', () => {
      it('has what it cannot store kept before its position goes on, and stays where it is when that fails', async () => {
        await using store = await open();
        const asked: (readonly [position: number, at: readonly number[]])[] = [];
        const rows = [temperature(noon, 1), temperature(Number.NaN, 2)];
        const append = (isKept: boolean) =>
          store.history.append([batch(1, rows)], async (rejected) => {
            asked.push([await store.history.position(), rejected.map(({ at }) => at)]);
            if (!isKept) throw new Error('it cannot be kept now');
          });
        await expect(append(false)).rejects.toThrow('cannot be kept');
        expect(await store.history.position()).toBe(0);
        await append(true);
        expect(asked).toEqual([
          [0, [Number.NaN]],
          [0, [Number.NaN]],
        ]);
        expect(await store.history.position()).toBe(1);
        expect(await store.history.count()).toBe(1);
        await store.history.append([batch(2, [temperature(noon + 1, 1)])], () =>
          Promise.reject(new Error('there is nothing to keep')),
        );
        expect(await store.history.count()).toBe(2);
      });

      it('begins at position 0 with nothing in it', async () => {
        await using store = await open();
        expect(await store.history.position()).toBe(0);
        expect(await store.history.count()).toBe(0);
        expect(await all(store.history, 'd1', 'temperature')).toEqual([]);
        expect(await bucketsOf(store.history, {})).toEqual([]);
      });

      it('takes many batches at once and stands at the position of the last', async () => {
        await using store = await open();
        await store.history.append([
          batch(3, [temperature(noon, 1)]),
          batch(7, []),
          batch(9, [temperature(noon + 1, 2)]),
        ]);
        expect(await store.history.position()).toBe(9);
        expect(await all(store.history, 'd1', 'temperature')).toEqual([
          { at: noon, value: 1 },
          { at: noon + 1, value: 2 },
        ]);
      });

      it('ignores a batch at or below its position', async () => {
        await using store = await open();
        await store.history.append([batch(5, [temperature(noon, 1)])]);
        await store.history.append([
          batch(4, [temperature(noon, 4)]),
          batch(5, [temperature(noon, 5)]),
          batch(6, [temperature(noon + 1, 6)]),
        ]);
        expect(await all(store.history, 'd1', 'temperature')).toEqual([
          { at: noon, value: 1 },
          { at: noon + 1, value: 6 },
        ]);
      });

      it('moves on over a batch without readings', async () => {
        await using store = await open();
        await store.history.append([batch(2, [])]);
        expect(await (await store.reopen()).position()).toBe(2);
      });

      it('stores what is good and answers what can never be stored', async () => {
        await using store = await open();
        const [timeless, early] = [Number.NaN, Number.NEGATIVE_INFINITY];
        const unreceived = { ...reading(temperature(noon + 1, 1)), receivedAt: epochMs(Number.NaN) };
        const mode = { kind: 'mode', subject: '3号楼', state: '+drill' } as const;
        const first: HistoryBatch = {
          position: position(1),
          readings: [reading(temperature(timeless, 1)), reading(temperature(noon, 1)), unreceived],
          context: [
            { at: epochMs(timeless), ...mode },
            { at: epochMs(noon), ...mode },
          ],
        };
        const { rejected } = await store.history.append([
          first,
          batch(2, [['d2', 'access', noon, 'x'.repeat(longestText + 1)]]),
          batch(3, [
            ['d3', 'smoke', early, true],
            ['d3', 'smoke', 9e15, true],
            ['d1', 'text', noon, 'x'.repeat(longestText)],
          ]),
        ]);
        expect(rejected.map(({ device, property, at: when }) => [device, property, when])).toEqual([
          ['d1', 'temperature', timeless],
          ['d1', 'temperature', noon + 1],
          ['3号楼', 'mode', timeless],
          ['d2', 'access', noon],
          ['d3', 'smoke', early],
          ['d3', 'smoke', 9e15],
        ]);
        for (const { reason } of rejected) expect(reason).toMatch(/no time|65537 characters/);
        const again = await store.reopen();
        expect(await again.position()).toBe(3);
        expect(await all(again, 'd1', 'temperature')).toEqual([{ at: noon, value: 1 }]);
        expect(await again.count()).toBe(2);
        expect(await again.context(everything)).toEqual([{ at: noon, ...mode }]);
        expect(await again.append([batch(3, [temperature(timeless, 1)]), batch(4, [])])).toEqual({
          rejected: [],
        });
      });

      it('takes appends that are asked for at once in their order', async () => {
        await using store = await open();
        const appends = Array.from({ length: 20 }, (_, index) =>
          store.history.append([batch(index + 1, [temperature(noon, index)])]),
        );
        await Promise.all(appends);
        expect(await store.history.position()).toBe(20);
        expect(await all(store.history, 'd1', 'temperature')).toEqual([{ at: noon, value: 19 }]);
      });

      it('holds what it held after it was closed and opened again', async () => {
        await using store = await open();
        await store.history.append([batch(8, [temperature(noon, 1), ['d2', 'smoke', noon, true]])]);
        const again = await store.reopen();
        expect(await again.position()).toBe(8);
        await again.append([batch(8, [temperature(noon, 9)]), batch(9, [temperature(noon, 2)])]);
        expect(await all(again, 'd1', 'temperature')).toEqual([{ at: noon, value: 2 }]);
        expect(await all(again, 'd2', 'smoke')).toEqual([{ at: noon, value: true }]);
      });

      it('refuses work after it was closed', async () => {
        await using store = await open();
        await store.history.close();
        await expect(store.history.append([batch(1, [])])).rejects.toThrow('closed');
        await expect(store.history.count()).rejects.toThrow('closed');
      });
    });

    describe('repeats and late data', () => {
      it('counts identical readings once', async () => {
        await using store = await open();
        await store.history.append([batch(1, [temperature(noon, 1), temperature(noon, 1)])]);
        await store.history.append([batch(2, [temperature(noon, 1)])]);
        expect(await all(store.history, 'd1', 'temperature')).toEqual([{ at: noon, value: 1 }]);
        expect(await store.history.count()).toBe(1);
        expect(await bucketsOf(store.history, {})).toEqual([{ at: noon, value: 1 }]);
      });

      it('lets the last received of a time win, within a batch and between batches, whatever its type', async () => {
        await using store = await open();
        await store.history.append([batch(1, [temperature(noon, 1), temperature(noon, 2)])]);
        expect(await all(store.history, 'd1', 'temperature')).toEqual([{ at: noon, value: 2 }]);
        await store.history.append([batch(2, [temperature(noon, 'broken')])]);
        expect(await all(store.history, 'd1', 'temperature')).toEqual([{ at: noon, value: 'broken' }]);
        await store.history.append([batch(3, [temperature(noon, 1)])]);
        expect(await all(store.history, 'd1', 'temperature')).toEqual([{ at: noon, value: 1 }]);
        expect(await store.history.count()).toBe(1);
      });

      it('gives late data in its place, also when the day was put in order before', async () => {
        await using store = await open();
        await store.history.append([batch(1, [temperature(noon, 1), temperature(noon + 20, 3)])]);
        await store.history.append([batch(2, [temperature(noon + 5 * 86_400_000, 9)])]);
        await store.history.maintain();
        await store.history.append([batch(3, [temperature(noon + 10, 2), temperature(noon + 20, 4)])]);
        const expected = [
          { at: noon, value: 1 },
          { at: noon + 10, value: 2 },
          { at: noon + 20, value: 4 },
          { at: noon + 5 * 86_400_000, value: 9 },
        ];
        expect(await all(store.history, 'd1', 'temperature')).toEqual(expected);
        await store.history.append([batch(4, [temperature(noon + 10 * 86_400_000, 0)])]);
        await store.history.maintain();
        expect((await all(store.history, 'd1', 'temperature')).slice(0, 4)).toEqual(expected);
        expect(await store.history.count()).toBe(5);
      });

      it('answers the same before and after maintenance', async () => {
        const row = fc.tuple(
          fc.constantFrom('d1', 'd2'),
          fc.constantFrom('temperature', 'smoke'),
          fc.integer({ min: 0, max: 40 }).map((step) => noon + step * 3_600_000),
          fc.oneof(fc.integer({ min: -5, max: 5 }), fc.boolean(), fc.constantFrom('a', '火')),
        );
        await fc.assert(
          fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 120 }), async (rows) => {
            await using store = await open();
            const later: Row = ['d9', 'temperature', noon + 30 * 86_400_000, 0];
            await store.history.append([batch(1, rows), batch(2, [later])]);
            const lastReceived = new Map(rows.map((row) => [row.slice(0, 3).join(), row]));
            const expected = [...lastReceived.values()]
              .filter(([device, property]) => device === 'd1' && property === 'temperature')
              .map(([, , time, value]) => ({ at: time, value }))
              .toSorted((a, b) => a.at - b.at);
            expect(await all(store.history, 'd1', 'temperature')).toEqual(expected);
            expect(await store.history.count()).toBe(lastReceived.size + 1);
            await store.history.maintain();
            expect(await all(store.history, 'd1', 'temperature', 7)).toEqual(expected);
            expect(await store.history.count()).toBe(lastReceived.size + 1);
          }),
          { numRuns: 12 },
        );
      });
    });

    describe('values', () => {
      it('gives numbers, booleans and texts back as they came, to the bit', async () => {
        await using store = await open();
        const values: Value[] = [
          0,
          -0,
          1e308,
          -1.7976931348623157e308,
          5e-324,
          0.1 + 0.2,
          Number.MAX_SAFE_INTEGER,
          true,
          false,
          '',
          'true',
          '1',
          '刷卡 🔔 "quoted" \\ \n',
          "'; DROP TABLE days; --",
        ];
        await store.history.append([
          batch(
            1,
            values.map((value, index) => temperature(noon + index, value)),
          ),
          batch(2, [temperature(noon + 20 * 86_400_000, 0)]),
        ]);
        const stored = async (): Promise<Value[]> =>
          (await all(store.history, 'd1', 'temperature')).slice(0, -1).map(({ value }) => value);
        // toStrictEqual tells -0 from 0.
        expect(await stored()).toStrictEqual(values);
        await store.history.maintain();
        expect(await stored()).toStrictEqual(values);
      });

      it('keeps any name of a device and a property apart', async () => {
        await using store = await open();
        const names: [string, string][] = [
          ['网关-1/泵', '温度'],
          ['a', 'b c'],
          ['a b', 'c'],
          ["x'y", 'z"w'],
          ['%', '_'],
          ['a,b=c', 'd=1,e'],
          ['👩‍👩‍👧', 'é'],
          ['👩‍👩‍👧', 'e\u0301'],
          ['بوابة', '\u200f'],
          ['x'.repeat(200), '火'.repeat(200)],
        ];
        await store.history.append([
          batch(
            1,
            names.map(([device, property], index): Row => [device, property, noon, index]),
          ),
        ]);
        const again = await store.reopen();
        for (const [index, [device, property]] of names.entries()) {
          expect(await all(again, device, property)).toEqual([{ at: noon, value: index }]);
        }
      });

      it('merges a property that changed its type in order of time', async () => {
        await using store = await open();
        await store.history.append([
          batch(1, [temperature(noon, true), temperature(noon + 2, 'on')]),
          batch(2, [temperature(noon + 1, 1), temperature(noon + 3, false)]),
        ]);
        expect((await all(store.history, 'd1', 'temperature')).map(({ value }) => value)).toEqual([
          true,
          1,
          'on',
          false,
        ]);
      });

      it('keeps times before 1970 and far ahead apart and in order', async () => {
        await using store = await open();
        const times = [at('1969-12-31T23:59:59.999Z'), 0, noon, at('2099-12-31T23:59:59.999Z')];
        await store.history.append([
          batch(
            1,
            times.map((time) => temperature(time, time)),
          ),
        ]);
        const query = { device: 'd1' as DeviceId, property: 'temperature', limit: 10 };
        const range = { from: epochMs(at('1960-01-01')), to: epochMs(at('2200-01-01')) };
        const { points } = await store.history.readings({ ...query, ...range });
        expect(points).toEqual(times.map((time) => ({ at: time, value: time })));
      });
    });

    describe('raw readings', () => {
      it('gives from ≤ t < to', async () => {
        await using store = await open();
        await store.history.append([
          batch(
            1,
            [0, 1, 2, 3].map((step) => temperature(noon + step, step)),
          ),
        ]);
        const query = { device: 'd1' as DeviceId, property: 'temperature', limit: 10 };
        const between = async (from: number, to: number): Promise<Value[]> =>
          (
            await store.history.readings({ ...query, from: epochMs(noon + from), to: epochMs(noon + to) })
          ).points.map(({ value }) => value);
        expect(await between(1, 3)).toEqual([1, 2]);
        expect(await between(1, 1)).toEqual([]);
        expect(await between(3, 1)).toEqual([]);
        expect(await between(-100, 0)).toEqual([]);
        expect(await between(4, 100)).toEqual([]);
      });

      it('pages without a gap or a repeat over days, also while more is appended', async () => {
        await using store = await open();
        const times = Array.from({ length: 60 }, (_, index) => noon + index * 5_400_000);
        await store.history.append([
          batch(
            1,
            times.map((time) => temperature(time, time)),
          ),
        ]);
        const query = { device: 'd1' as DeviceId, property: 'temperature', ...everything, limit: 7 };
        const seen: number[] = [];
        let page = await store.history.readings(query);
        for (let turn = 2; ; turn++) {
          seen.push(...page.points.map((point) => point.at));
          if (page.next === null) break;
          const late = (seen.at(-1) ?? noon) - 1;
          await store.history.append([batch(turn, [temperature(late, 0), ['d2', 'smoke', late, true]])]);
          page = await store.history.readings({ ...query, cursor: page.next });
        }
        expect(seen).toEqual(times);
      });

      it('says that there is no more when the last page is exactly full', async () => {
        await using store = await open();
        await store.history.append([batch(1, [temperature(noon, 1), temperature(noon + 1, 2)])]);
        const query = { device: 'd1' as DeviceId, property: 'temperature', ...everything };
        expect((await store.history.readings({ ...query, limit: 2 })).next).toBeNull();
        const { next } = await store.history.readings({ ...query, limit: 1 });
        expect(next).toEqual(expect.any(String));
      });

      it('refuses a page size out of bounds and a cursor that it never gave', async () => {
        await using store = await open();
        await store.history.append([batch(1, [temperature(noon, 1)])]);
        const query = { device: 'd1' as DeviceId, property: 'temperature', ...everything };
        for (const limit of [0, -1, 1.5, 100_001, Number.NaN]) {
          await expect(store.history.readings({ ...query, limit })).rejects.toMatchObject({
            code: 'invalid-input',
          });
        }
        await expect(store.history.readings({ ...query, limit: 1, cursor: 'guess' })).rejects.toMatchObject({
          code: 'invalid-input',
        });
      });
    });

    describe('buckets', () => {
      it('agrees with a naive reference for every aggregate, length and zone', async () => {
        const minutes = fc.integer({ min: 0, max: 5 * 1440 });
        const start = at('2026-03-27T00:00:00Z');
        await fc.assert(
          fc.asyncProperty(
            fc.array(
              fc.tuple(
                minutes,
                fc.oneof(fc.integer({ min: -50, max: 50 }), fc.boolean(), fc.constant('text')),
              ),
              { minLength: 1, maxLength: 80 },
            ),
            fc.constantFrom(1_000, 300_000, 3_600_000, 7 * 3_600_000, 86_400_000, 2 * 86_400_000),
            fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'UTC', 'Asia/Kathmandu', 'America/New_York'),
            fc.tuple(minutes, minutes),
            async (rows, everyMs, timezone, [from, to]) => {
              await using store = await open();
              const readings = rows.map(([minute, value]) => temperature(start + minute * 60_000, value));
              await store.history.append([batch(1, readings)]);
              const range = {
                from: epochMs(start + from * 60_000),
                to: epochMs(start + to * 60_000 + 1),
                everyMs,
                timezone,
              };
              const points = await all(store.history, 'd1', 'temperature');
              for (const fn of aggregates) {
                const expected = naiveBuckets(points, { ...range, fn });
                const found = await bucketsOf(store.history, { ...range, fn });
                expect(found.map((point) => point.at)).toEqual(expected.map((point) => point.at));
                for (const [index, { value }] of found.entries()) {
                  const wanted = expected[index]?.value;
                  if (typeof wanted === 'number') expect(value).toBeCloseTo(wanted, 9);
                  else expect(value).toBe(wanted);
                }
              }
            },
          ),
          { numRuns: 25 },
        );
      });

      it('counts booleans as 0 and 1 and gives the last of them as it came', async () => {
        await using store = await open();
        const rows = [true, false, true].map((value, index) => temperature(noon + index, value));
        await store.history.append([batch(1, rows)]);
        const value = async (fn: BucketQuery['fn']): Promise<Value | undefined> =>
          (await bucketsOf(store.history, { fn }))[0]?.value;
        expect(await value('sum')).toBe(2);
        expect(await value('min')).toBe(0);
        expect(await value('max')).toBe(1);
        expect(await value('avg')).toBeCloseTo(2 / 3);
        expect(await value('last')).toBe(true);
      });

      it('gives texts with last and count only', async () => {
        await using store = await open();
        await store.history.append([batch(1, [temperature(noon, 'granted'), temperature(noon + 1, '拒绝')])]);
        expect(await bucketsOf(store.history, { fn: 'last' })).toEqual([{ at: noon, value: '拒绝' }]);
        expect(await bucketsOf(store.history, { fn: 'count' })).toEqual([{ at: noon, value: 2 }]);
        for (const fn of ['avg', 'min', 'max', 'sum'] as const) {
          expect(await bucketsOf(store.history, { fn })).toEqual([]);
        }
      });

      it('begins a day at midnight in Shanghai', async () => {
        await using store = await open();
        const midnight = at('2026-03-10T16:00:00Z');
        await store.history.append([
          batch(1, [temperature(midnight - 1, 1), temperature(midnight, 2), temperature(midnight + 1, 4)]),
        ]);
        expect(await bucketsOf(store.history, { everyMs: 86_400_000, fn: 'sum' })).toEqual([
          { at: midnight - 86_400_000, value: 1 },
          { at: midnight, value: 6 },
        ]);
      });

      it.each([
        ['spring, 23 hours', '2026-03-28T23:00:00Z', 23],
        ['autumn, 25 hours', '2026-10-24T22:00:00Z', 25],
      ])('follows the calendar in Berlin: %s', async (_, midnightIso, hours) => {
        await using store = await open();
        const midnight = at(midnightIso);
        const readings = Array.from({ length: 48 }, (__, index) =>
          temperature(midnight + index * 3_600_000, index),
        );
        await store.history.append([batch(1, readings)]);
        const berlin = { timezone: 'Europe/Berlin' };
        const byDay = await bucketsOf(store.history, { ...berlin, everyMs: 86_400_000 });
        expect(byDay.slice(0, 2)).toEqual([
          { at: midnight, value: hours },
          { at: midnight + hours * 3_600_000, value: Math.min(24, 48 - hours) },
        ]);
        const byHour = await bucketsOf(store.history, { ...berlin, everyMs: 3_600_000 });
        expect(byHour).toEqual(readings.map(([, , time]) => ({ at: time, value: 1 })));
        const bySix = await bucketsOf(store.history, { ...berlin, everyMs: 6 * 3_600_000 });
        const nextMidnight = bySix.findIndex((point) => point.at === midnight + hours * 3_600_000);
        expect(bySix.slice(0, nextMidnight).map(({ value }) => value)).toEqual(
          hours === 23 ? [6, 6, 6, 5] : [6, 6, 6, 6, 1],
        );
      });

      it('begins a week on Monday', async () => {
        await using store = await open();
        // 2026-03-09 is a Monday; its midnight in Shanghai is 16:00 UTC of the day before.
        const monday = at('2026-03-08T16:00:00Z');
        await store.history.append([batch(1, [temperature(monday - 1, 1), temperature(noon, 2)])]);
        const weeks = await bucketsOf(store.history, { everyMs: 7 * 86_400_000 });
        expect(weeks.map((point) => point.at)).toEqual([monday - 7 * 86_400_000, monday]);
      });

      it('has nothing to say of a range that is empty, turned round, before all, after all or between two readings', async () => {
        await using store = await open();
        const context = [{ at: epochMs(noon), kind: 'presence', subject: 'd1', state: 'online' }] as const;
        const readings = [reading(temperature(noon, 1)), reading(temperature(noon + 600_000, 2))];
        await store.history.append([{ position: position(1), readings, context }]);
        const devices = ['d1' as DeviceId];
        const ranges: [number, number][] = [
          [noon, noon],
          [noon + 600_001, noon],
          [noon - 86_400_000, noon],
          [noon + 600_001, noon + 90 * 86_400_000],
          [noon + 1, noon + 600_000],
        ];
        for (const [from, to] of ranges) {
          const range = { from: epochMs(from), to: epochMs(to) };
          const raw = { device: 'd1' as DeviceId, property: 'temperature', limit: 10 };
          expect(await store.history.readings({ ...raw, ...range })).toEqual({ points: [], next: null });
          expect(await store.history.context(range)).toEqual([]);
          for (const everyMs of [1_000, 3_600_000, 86_400_000]) {
            const asked = { property: 'temperature', everyMs, timezone: 'Asia/Shanghai', ...range };
            for (const fn of aggregates) {
              expect(await bucketsOf(store.history, { ...asked, fn })).toEqual([]);
              expect((await store.history.heat({ ...asked, fn, devices })).rows).toEqual([]);
            }
          }
        }
        expect(await bucketsOf(store.history, { property: 'humidity' })).toEqual([]);
        expect(await bucketsOf(store.history, { device: 'd2' as DeviceId })).toEqual([]);
      });

      it('refuses an unknown zone and a length that no calendar has', async () => {
        await using store = await open();
        const refused = { code: 'invalid-input' };
        await expect(bucketsOf(store.history, { timezone: 'Mars/Olympus' })).rejects.toMatchObject(refused);
        for (const everyMs of [0, -1, 0.5, 36 * 3_600_000, Number.NaN]) {
          await expect(bucketsOf(store.history, { everyMs })).rejects.toMatchObject(refused);
        }
      });

      it('refuses more than 100,000 buckets', async () => {
        await using store = await open();
        const rows = Array.from({ length: 100_001 }, (_, index) => temperature(noon + index, index));
        await store.history.append([batch(1, rows)]);
        await expect(bucketsOf(store.history, { everyMs: 1 })).rejects.toMatchObject({ code: 'too-large' });
      });
    });

    describe('many devices at once', () => {
      it('are answered as each is, in the order asked for, without those that have nothing', async () => {
        await using store = await open();
        const rows = Array.from({ length: 48 }, (_, index): Row[] => [
          ['d2', 'temperature', noon + index * 1_800_000, index],
          ['d1', 'temperature', noon + index * 1_800_000, -index],
          ['d3', 'humidity', noon + index * 1_800_000, index],
        ]).flat();
        await store.history.append([batch(1, rows)]);
        const devices = ['d1', 'd3', 'nobody', 'd2'] as DeviceId[];
        for (const fn of aggregates) {
          const asked = { property: 'temperature', ...everything, everyMs: 3_600_000, fn, timezone: 'UTC' };
          const { rows: found } = await store.history.heat({ ...asked, devices });
          expect(found.map(({ device }) => device)).toEqual(['d1', 'd2']);
          for (const { device, points } of found)
            expect(points).toEqual(await bucketsOf(store.history, { ...asked, device }));
        }
      });
    });

    describe('the latest of each device', () => {
      /** A bucket that holds all that is stored. */
      const latest = (history: History) =>
        history.heat({
          devices: ['d1', 'd2', 'd3'] as DeviceId[],
          property: 'temperature',
          ...everything,
          everyMs: 366 * 86_400_000,
          fn: 'last',
          timezone: 'UTC',
        });
      const valuesOf = async (history: History): Promise<Value[][]> =>
        (await latest(history)).rows.map(({ device, points }) => [
          device,
          ...points.map(({ value }) => value),
        ]);

      it('is the last that was measured, of whatever type, and not the last that came', async () => {
        await using store = await open();
        await store.history.append([
          batch(1, [temperature(noon, 1), temperature(noon + 2, 3), ['d2', 'temperature', noon, true]]),
        ]);
        expect(await valuesOf(store.history)).toEqual([
          ['d1', 3],
          ['d2', true],
        ]);
        await store.history.append([
          batch(2, [temperature(noon + 1, 2), ['d2', 'temperature', noon + 40 * 86_400_000, 'open']]),
        ]);
        await store.history.maintain();
        expect(await valuesOf(store.history)).toEqual([
          ['d1', 3],
          ['d2', 'open'],
        ]);
        await store.history.append([batch(3, [temperature(noon + 2, false)])]);
        expect((await valuesOf(await store.reopen()))[0]).toEqual(['d1', false]);
      });
    });

    describe('erasing', () => {
      it('takes out when a device came and went, and the modes of a target, as well', async () => {
        await using store = await open();
        const change = (kind: 'presence' | 'mode', subject: string, state: string) =>
          ({ at: epochMs(noon), kind, subject, state }) as const;
        const others = [change('presence', 'd2', 'online'), change('mode', 'g1', '+away')];
        await store.history.append([
          {
            position: position(1),
            readings: [reading(temperature(noon, 1))],
            context: [change('presence', 'd1', 'online'), ...others, change('mode', "3'号楼", '+drill')],
          },
        ]);
        await store.history.erase(['d1', "3'号楼"]);
        expect(await store.history.context(everything)).toEqual(others);
        expect(await (await store.reopen()).count()).toBe(0);
      });

      it('takes out all that a device ever said, and nothing of others; what it says later is stored', async () => {
        await using store = await open();
        const rows = Array.from({ length: 40 }, (_, index): Row[] => [
          ['d1', 'temperature', noon + index * 7_200_000, index],
          ['d1', 'access-result', noon + index * 7_200_000, 'granted'],
          ['d2', 'temperature', noon + index * 7_200_000, index],
        ]).flat();
        await store.history.append([batch(1, rows)]);
        await store.history.maintain();
        await store.history.erase(['d1', 'nobody']);
        expect(await store.history.count()).toBe(40);
        expect(await all(store.history, 'd1', 'temperature')).toEqual([]);
        expect(await bucketsOf(store.history, { everyMs: 86_400_000 })).toEqual([]);
        expect(await all(store.history, 'd2', 'temperature')).toHaveLength(40);
        const again = await store.reopen();
        await again.append([batch(2, [temperature(noon, 5)])]);
        expect(await all(again, 'd1', 'temperature')).toEqual([{ at: noon, value: 5 }]);
        expect(await again.position()).toBe(2);
      });
    });

    describe('readings as they were received', () => {
      const late = (row: Row, delayMs: number, flags = 0): Reading => ({
        ...reading(row),
        receivedAt: epochMs(row[2] + delayMs),
        flags,
      });
      const day = 86_400_000;
      const given: readonly Reading[] = [
        late(['d1', 'temperature', noon, 20], 5),
        late(['d1', 'smoke', noon, true], 5),
        late(['d2', 'access-result', noon + 1, '通过'], 5),
        late(['d1', 'temperature', noon + 60_000, 21.5], 5),
        // A day late, and two days; the last one's clock is ahead.
        late(['d2', 'temperature', noon - 7_200_000, -3], day, 4),
        late(['d2', 'temperature', noon - day, -4], 2 * day, 4),
        late(['d1', 'temperature', noon + 2 * day, 25], -5_000),
      ];
      const devices = ['d1', 'd2'].map((device) => ({ device: device as DeviceId, properties: null }));
      const rowsOf = async (history: History, query: Partial<ReceivedQuery> = {}) => {
        const { batches, series } = await history.received({ of: devices, ...everything, ...query });
        const rows: string[] = [];
        for await (const batch of batches)
          for (let row = 0; row < batch.length; row++) {
            const { device, property } = series[batch.series[row] ?? 0] ?? {};
            const [at, received] = [batch.at[row] ?? 0, batch.receivedAt[row] ?? 0];
            rows.push(
              [device, property, at - noon, received - at, valueAt(batch, row), flagsAt(batch, row)].join(
                ' ',
              ),
            );
          }
        return rows;
      };
      const inOrder = [
        'd1 temperature 0 5 20 0',
        'd1 smoke 0 5 true 0',
        'd2 access-result 1 5 通过 0',
        'd1 temperature 60000 5 21.5 0',
        `d2 temperature -7200000 ${day} -3 4`,
        `d2 temperature ${-day} ${2 * day} -4 4`,
        `d1 temperature ${2 * day} -5000 25 0`,
      ];

      it('come in the order of receipt, whenever they were measured, before and after their days are sorted', async () => {
        await using store = await open();
        const readings = given.toSorted((a, b) => a.receivedAt - b.receivedAt);
        await store.history.append([{ position: position(1), readings, context: [] }]);
        expect(await rowsOf(store.history)).toEqual(inOrder);
        await store.history.append([batch(2, [['d9', 'smoke', noon + 9 * day, true]])]);
        await store.history.maintain();
        expect(await rowsOf(store.history)).toEqual(inOrder);
      });

      it('are those of the devices, properties and time of receipt that were asked for', async () => {
        await using store = await open();
        await store.history.append([{ position: position(1), readings: given, context: [] }]);
        const of = [{ device: 'd1' as DeviceId, properties: ['smoke', 'co'] }];
        expect(await rowsOf(store.history, { of })).toEqual(['d1 smoke 0 5 true 0']);
        const range = { from: epochMs(noon + 6), to: epochMs(noon + day) };
        expect(await rowsOf(store.history, range)).toEqual([inOrder[2], inOrder[3], inOrder[4]]);
        expect(await rowsOf(store.history, { of: [] })).toEqual([]);
        expect(await rowsOf(store.history, { from: range.to, to: range.to })).toEqual([]);
      });

      it('come in batches, all of them once, also when one moment brought them all', async () => {
        await using store = await open();
        const burst = Array.from({ length: 30_000 }, (_, index) => ({
          ...reading(temperature(noon + index, index)),
          receivedAt: epochMs(noon + day + (index % 3)),
        }));
        await store.history.append([{ position: position(1), readings: burst, context: [] }]);
        const rows = await rowsOf(store.history);
        expect(rows).toHaveLength(30_000);
        expect(new Set(rows).size).toBe(30_000);
      });

      it('tell from when to when they reach', async () => {
        await using store = await open();
        expect(await store.history.extent()).toBeNull();
        await store.history.append([{ position: position(1), readings: given, context: [] }]);
        expect(await store.history.extent()).toEqual({ first: noon - day, last: noon + 2 * day });
      });
    });

    describe('beside the readings', () => {
      it('keeps presence and modes as they were', async () => {
        await using store = await open();
        const change = (time: number, subject: string, state: string) =>
          ({ at: epochMs(time), kind: 'presence', subject, state }) as const;
        const changes = [
          change(noon, 'd1', 'online'),
          change(noon, 'd1', 'offline'),
          { at: epochMs(noon + 5), kind: 'mode', subject: '3号楼', state: '+drill' } as const,
        ];
        const [online, offline, mode] = changes;
        if (!online || !offline || !mode) throw new Error('three changes');
        await store.history.append([
          { position: position(1), readings: [], context: [mode, online] },
          { position: position(2), readings: [], context: [offline] },
        ]);
        expect(await store.history.context(everything)).toEqual(changes);
        expect(await store.history.context({ from: epochMs(noon + 1), to: everything.to })).toEqual([mode]);
        expect(await store.history.context({ from: everything.from, to: epochMs(noon + 5) })).toHaveLength(2);
      });

      it('gives only modes, or only presence, when asked for them', async () => {
        await using store = await open();
        const at = epochMs(noon);
        const mode = { at, kind: 'mode', subject: 'g1', state: '+away until 2026-03-11T00:00:00Z' } as const;
        const online = { at, kind: 'presence', subject: 'd1', state: 'online' } as const;
        await store.history.append([{ position: position(1), readings: [], context: [mode, online] }]);
        expect(await store.history.context({ ...everything, kind: 'mode' })).toEqual([mode]);
        expect(await store.history.context({ ...everything, kind: 'presence' })).toEqual([online]);
      });

      it('counts readings by device', async () => {
        await using store = await open();
        await store.history.append([
          batch(1, [temperature(noon, 1), ['d1', 'smoke', noon, true], ['d2', 'smoke', noon, true]]),
        ]);
        expect(await store.history.count('d1' as DeviceId)).toBe(2);
        expect(await store.history.count('d2' as DeviceId)).toBe(1);
        expect(await store.history.count('d3' as DeviceId)).toBe(0);
        expect(await store.history.count()).toBe(3);
      });

      it('says what there is of each property, how much of it is of late, and since which day', async () => {
        await using store = await open();
        const { history } = store;
        const nothing = await history.holdings(epochMs(0));
        expect(nothing.properties).toEqual([]);
        const dayMs = 86_400_000;
        const rows = [0, 1, 2].flatMap((index): Row[] => [
          ['d1', 'smoke', noon + index * dayMs, index === 1],
          ['d2', 'smoke', noon + index * dayMs, false],
        ]);
        const warm = [0, 3].map((index): Row => ['d1', 'temperature', noon + index * dayMs, 21]);
        await history.append([batch(1, [...rows, ...warm])]);
        const seen = async () =>
          (await history.holdings(epochMs(noon + 2 * dayMs))).properties
            .toSorted((a, b) => a.property.localeCompare(b.property))
            .map(({ oldest, property, readings, recent }) => [property, readings, recent, oldest]);
        const first = at('2026-03-10');
        const expected = [
          ['smoke', 6, 2, first],
          ['temperature', 2, 1, first],
        ];
        expect(await seen()).toEqual(expected);
        // From roll-ups it is the same.
        await history.maintain();
        expect(await seen()).toEqual(expected);
        await history.purge({
          kept: [
            {
              property: 'smoke',
              readingsFrom: epochMs(first + dayMs),
              rollupsFrom: null,
            },
          ],
          contextFrom: null,
        });
        expect((await seen())[0]).toEqual(['smoke', 4, 2, first + dayMs]);
      });

      it('takes and gives 100,000 readings within seconds', async () => {
        await using store = await open();
        const rows = Array.from({ length: 100_000 }, (_, index) =>
          temperature(noon + index * 1_000, index % 300),
        );
        const startedAt = performance.now();
        for (let from = 0, at = 1; from < rows.length; from += 10_000, at++) {
          await store.history.append([batch(at, rows.slice(from, from + 10_000))]);
        }
        expect(await all(store.history, 'd1', 'temperature')).toHaveLength(rows.length);
        expect(await bucketsOf(store.history, { everyMs: 60_000, fn: 'avg' })).toHaveLength(1667);
        expect(performance.now() - startedAt).toBeLessThan(10_000 * slowness());
      });
    });

    measuredContract(open);
  });
}
