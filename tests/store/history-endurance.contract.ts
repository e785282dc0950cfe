import { describe, expect, it } from 'vitest';
import { type DeviceId, epochMs } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import type { History } from '#store/history/history.ts';
import { expectSame } from '#tests/store/history/expect-same.ts';
import { knownBatch, knownContent, storedContent } from '#tests/store/history/known-batches.ts';
import { batch, type DisposableHistory } from '#tests/store/history.contract.ts';

/** A history whose engine, or the process that appends, is killed while it takes batches. */
export interface MortalHistory extends AsyncDisposable {
  /** Appends known batches, two at once, from where it stands; killed in one of them after `appends`. The last position acknowledged. */
  appendAndDie(appends: number): Promise<number>;
  /** Opens what is left of it. */
  open(): Promise<History>;
}

/** What is killed, how it is opened, and how often one and the same bears it; default: as often as one likes. */
export type Deaths = Readonly<
  Record<string, { readonly open: () => Promise<MortalHistory>; readonly bears?: number }>
>;
const kills = 4;

const day = 86_400_000;
const start = Date.parse('2026-03-10T00:00:00Z');
const million = 1_000_000;
const devices = Array.from({ length: 20 }, (_, index) => `d${index}` as DeviceId);
const everyMs = 10_000;
const inBatch = 10_000;
const valueAt = (index: number): Value => (index % 1_000) / 10;

/** Readings of twenty devices, every ten seconds for nearly six days. */
const rowsOf = (from: number) =>
  Array.from({ length: inBatch }, (_, step) => {
    const index = from + step;
    const device = devices[index % devices.length] ?? '';
    const at = start + Math.floor(index / devices.length) * everyMs;
    return [device, 'temperature', at, valueAt(index)] as const;
  });

/** What every adapter bears: much, and to be killed. The other half of tests/store/history.contract.ts. */
export function historyEndurance(name: string, open: () => Promise<DisposableHistory>, deaths: Deaths): void {
  describe(`history in ${name}, in the long run`, () => {
    it('holds a million readings, each once, also when some of them are said again', async () => {
      await using store = await open();
      for (let from = 0; from < million; from += inBatch)
        await store.history.append([batch(from / inBatch + 1, rowsOf(from))]);
      // Said again, as a gateway does that did not hear the acknowledgement.
      for (let from = 0; from < million; from += million / 5)
        await store.history.append([batch(million + from / inBatch, rowsOf(from))]);
      await store.history.maintain();
      const history = await store.reopen();
      expect(await history.count()).toBe(million);
      const wanted = { property: 'temperature', from: epochMs(start), to: epochMs(start + 9 * day) };
      const [device = '' as DeviceId] = devices;
      const raw = await history.readings({ ...wanted, device, limit: 100_000 });
      expect(raw.points.map(({ value }) => value)).toEqual(
        Array.from({ length: million / devices.length }, (_, turn) => valueAt(turn * devices.length)),
      );
      const byDay = { ...wanted, everyMs: day, timezone: 'UTC' };
      const { rows } = await history.heat({ ...byDay, fn: 'sum', devices });
      const sums = devices.map(() => 0);
      for (let index = 0; index < million; index++)
        sums[index % devices.length] = (sums[index % devices.length] ?? 0) + Number(valueAt(index));
      for (const [index, { device: of, points }] of rows.entries()) {
        expect(of).toBe(devices[index]);
        expect(points.reduce((sum, { value }) => sum + Number(value), 0)).toBeCloseTo(sums[index] ?? 0, 4);
      }
      expect(
        (await history.buckets({ ...byDay, device, fn: 'count' })).points.map(({ value }) => value),
      ).toEqual([8_640, 8_640, 8_640, 8_640, 8_640, 6_800]);
    });

    it.each(Object.entries(deaths))(
      'loses nothing and has nothing twice when %s is killed in the middle of batches',
      async (_, { bears = kills, open: openMortal }) => {
        for (let killed = 0; killed < kills; killed += bears) {
          await using mortal = await openMortal();
          for (let round = 1; round <= bears; round++) await surviveDeath(mortal, 5 + (killed + round) * 3);
        }
      },
    );
  });
}

async function surviveDeath(mortal: MortalHistory, appends: number): Promise<void> {
  const acknowledged = await mortal.appendAndDie(appends);
  const history = await mortal.open();
  const reached = await history.position();
  expect(reached).toBeGreaterThanOrEqual(acknowledged);
  // Of what came after, some may be there already: the outbox gives it again.
  await history.append([knownBatch(reached + 1), knownBatch(reached + 2)]);
  const known = knownContent(reached + 2);
  expectSame(await storedContent(history), known, 'what is stored');
  expect(await history.count()).toBe([...known.values()].reduce((sum, { length }) => sum + length, 0));
  await history.close();
}
