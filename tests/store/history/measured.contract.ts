import { describe, expect, it } from 'vitest';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import { flag, type Reading, type Value } from '#model/reading.ts';
import { flagsAt, valueAt } from '#model/received.ts';
import type { History, MeasuredQuery, SeriesName } from '#store/history/history.ts';
import type { DisposableHistory } from '#tests/store/history.contract.ts';
import { fc } from '#tests/support/properties.ts';

const noon = Date.parse('2026-03-10T12:00:00Z');
const always = { from: epochMs(0), to: epochMs(Date.parse('2100-01-01')) };

const series = (device: string, property: string): SeriesName => ({ device: device as DeviceId, property });

interface Said {
  readonly device?: string;
  readonly property?: string;
  readonly at: number;
  readonly value: Value;
  readonly delayMs?: number;
  readonly flags?: number;
}

const reading = (said: Said, batch: number): Reading => ({
  device: (said.device ?? 'd1') as DeviceId,
  property: said.property ?? 'temperature',
  at: epochMs(said.at),
  receivedAt: epochMs(said.at + (said.delayMs ?? 0)),
  value: said.value,
  flags: said.flags ?? 0,
  position: position(batch),
});

/** Each of `batches` in an append of its own. */
async function append(history: History, ...batches: readonly (readonly Said[])[]): Promise<void> {
  const before = await history.position();
  for (const [index, said] of batches.entries()) {
    const at = position(before + index + 1);
    const readings = said.map((each) => reading(each, at));
    await history.append([{ position: at, readings, context: [] }]);
  }
}

async function measured(history: History, query: Partial<MeasuredQuery>) {
  const found = await history.measured({ series: [series('d1', 'temperature')], ...always, ...query });
  const rows = [];
  for await (const batch of found.batches)
    for (let row = 0; row < batch.length; row++) {
      const { device, property } = found.series[batch.series[row] ?? -1] ?? series('?', '?');
      const at = batch.at[row] ?? Number.NaN;
      const delayMs = (batch.receivedAt[row] ?? Number.NaN) - at;
      rows.push({ device, property, at, delayMs, value: valueAt(batch, row), flags: flagsAt(batch, row) });
    }
  return rows;
}

/** Of History.measured and History.series. */
export function measuredContract(open: () => Promise<DisposableHistory>): void {
  describe('readings with all that is kept of them', () => {
    it('come by their time, with receipt and flags, each type as it was said', async () => {
      await using store = await open();
      const late = flag.receivedLate;
      await append(store.history, [
        { at: noon + 1, value: 2.5, delayMs: 40 },
        { at: noon, value: -0.25, delayMs: 600_000, flags: late },
        { at: noon, property: 'smoke', value: true },
        { at: noon + 2, property: 'access-result', value: '拒绝, "x"' },
      ]);
      const wanted = [
        series('d1', 'temperature'),
        series('d1', 'access-result'),
        series('d1', 'smoke'),
        series('none', 'smoke'),
      ];
      const d1 = { device: 'd1', delayMs: 0, flags: 0 };
      const expected = [
        { ...d1, property: 'temperature', at: noon, value: -0.25, delayMs: 600_000, flags: late },
        { ...d1, property: 'smoke', at: noon, value: true },
        { ...d1, property: 'temperature', at: noon + 1, value: 2.5, delayMs: 40 },
        { ...d1, property: 'access-result', at: noon + 2, value: '拒绝, "x"' },
      ];
      expect(await measured(store.history, { series: wanted })).toEqual(expected);
      await store.history.maintain();
      expect(await measured(store.history, { series: wanted })).toEqual(expected);
    });

    it('come once each, the last received, and of from ≤ t < to only', async () => {
      await using store = await open();
      await append(
        store.history,
        [
          { at: noon - 1, value: 0 },
          { at: noon, value: 1 },
          { at: noon, value: 2 },
        ],
        [
          { at: noon, value: 3, delayMs: 5 },
          { at: noon + 1, value: 4 },
        ],
      );
      const range = { from: epochMs(noon), to: epochMs(noon + 1) };
      const rows = await measured(store.history, range);
      expect(rows.map(({ delayMs, value }) => [value, delayMs])).toEqual([[3, 5]]);
      expect(await measured(store.history, { from: range.to, to: range.to })).toEqual([]);
    });

    it('come from far apart, and from many devices, in one order', async () => {
      await using store = await open();
      const devices = Array.from({ length: 30 }, (_, index) => `d${index}`);
      const times = [noon - 200 * 86_400_000, noon, noon + 1, noon + 40 * 86_400_000];
      await append(
        store.history,
        devices.flatMap((device, index) => times.map((at) => ({ device, at, value: index }))),
      );
      for (const few of [2, 30]) {
        const wanted = devices.slice(0, few).toReversed();
        const rows = await measured(store.history, {
          series: wanted.map((device) => series(device, 'temperature')),
        });
        expect(rows.map(({ at, device }) => [at, device])).toEqual(
          times.flatMap((at) => wanted.map((device) => [at, device])),
        );
      }
    });

    it('are what a page of readings answers, whatever was said', async () => {
      await using store = await open();
      let round = 0;
      const saying = fc.record({
        device: fc.constantFrom('a', 'b'),
        at: fc.integer({ min: -3, max: 3 }).map((step) => noon + step * 43_200_000),
        value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.string()),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(saying, { minLength: 1, maxLength: 20 }), async (sayings) => {
          round += 1;
          const own = sayings.map((said) => ({ ...said, device: `${said.device}${round}` }));
          await append(store.history, own.slice(0, 10), own.slice(10));
          for (const name of await store.history.series([`a${round}`, `b${round}`] as DeviceId[])) {
            const page = await store.history.readings({ ...name, ...always, limit: 1_000 });
            const rows = await measured(store.history, { series: [name] });
            expect(rows.map(({ at, value }) => ({ at, value }))).toEqual(page.points);
          }
        }),
        { numRuns: 25 },
      );
    });

    it('say which series there are, of these devices and no others', async () => {
      await using store = await open();
      await append(store.history, [
        { device: 'd2', at: noon, value: 1 },
        { device: 'd1', property: 'smoke', at: noon, value: true },
        { device: 'd1', property: '烟, 雾=1 \\x', at: noon, value: 1 },
        { device: 'd1', at: noon, value: 1 },
      ]);
      const devices = ['d1', 'none'] as DeviceId[];
      expect(await store.history.series(devices)).toEqual(
        ['smoke', 'temperature', '烟, 雾=1 \\x'].map((property) => series('d1', property)),
      );
      expect(await store.history.series([])).toEqual([]);
    });
  });
}
