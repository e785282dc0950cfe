import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import type { Copyable, CopyEnd } from '#store/history/copy/copy-end.ts';
import { copyHistory } from '#store/history/copy/copy-history.ts';
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import type { ContextChange, History, HistoryBatch } from '#store/history/history.ts';
import { openInfluxHistory } from '#store/history/influxdb/influxdb-history.ts';
import { influxTarget } from '#tests/store/history/influx-target.ts';
import { knownBatch, knownContent, storedContent } from '#tests/store/history/known-batches.ts';
import { temporaryFolder } from '#tests/store/history/open-duckdb.ts';
import { batch, reading } from '#tests/store/history.contract.ts';
import { type RunningInflux, startInflux } from '#tests/support/influxd.ts';

let influx: RunningInflux | undefined;
let databases = 0;
beforeAll(async () => {
  influx = await startInflux();
});
afterAll(async () => {
  await influx?.[Symbol.asyncDispose]();
});

const day = 86_400_000;
const noon = Date.parse('2026-03-10T12:00:00Z');
const everything = { from: epochMs(0), to: epochMs(Date.parse('2100-01-01')) };

/** An empty engine of each kind. */
const engines = {
  duckdb: async (): Promise<AsyncDisposable & { readonly history: Copyable }> => {
    const folder = await temporaryFolder();
    const history = await openDuckDbHistory({ path: join(folder.path, 'history.duckdb') });
    return {
      history,
      [Symbol.asyncDispose]: async () => {
        await history.close();
        await folder[Symbol.asyncDispose]();
      },
    };
  },
  influxdb: async (): Promise<AsyncDisposable & { readonly history: Copyable }> => {
    databases += 1;
    const history = await openInfluxHistory(influxTarget(influx?.url ?? '', `copy${databases}`));
    return { history, [Symbol.asyncDispose]: () => history.close() };
  },
};

const directions = [
  ['duckdb', 'influxdb'],
  ['influxdb', 'duckdb'],
] as const;

const copied = (source: Copyable, target: Copyable | { copyEnd(): CopyEnd }) =>
  copyHistory({ source: source.copyEnd(), target: target.copyEnd() }, () => undefined);

/** Four days of known batches, the presence of a device, and a value of every kind. */
async function fill(history: History): Promise<number> {
  const batches = 100;
  for (let at = 1; at <= batches; at++) await history.append([knownBatch(at)]);
  const change = (kind: 'presence' | 'mode', subject: string, state: string): ContextChange => ({
    at: epochMs(noon),
    kind,
    subject,
    state,
  });
  const values: Value[] = [-0, 0, 5e-324, -1.7976931348623157e308, true, false, '', '刷卡 🔔 "quoted" \\ \n'];
  const last: HistoryBatch = {
    position: position(batches + 1),
    readings: values.map((value, index) => ({ ...reading(['k', 'x', noon + index, value]), flags: index })),
    context: [
      change('presence', 'd1', 'online'),
      change('presence', 'd1', 'offline'),
      change('presence', 'd1', 'online'),
      change('mode', '3号楼', '+drill'),
    ],
  };
  await history.append([last]);
  return batches + 1;
}

async function expectSame(source: History, target: History): Promise<void> {
  expect(await storedContent(target)).toEqual(await storedContent(source));
  expect(await target.count()).toBe(await source.count());
  expect(await target.context(everything)).toEqual(await source.context(everything));
  const all = { device: 'k' as DeviceId, property: 'x', ...everything, limit: 100 };
  expect(await target.readings(all)).toStrictEqual(await source.readings(all));
}

describe.each(directions)('a copy from %s to %s', (from, to) => {
  it('holds every reading, presence and mode, and stands where the source stood', async () => {
    await using source = await engines[from]();
    await using target = await engines[to]();
    const last = await fill(source.history);
    const report = await copied(source.history, target.history);
    expect(report).toMatchObject({ unchanged: 0, mismatches: [], refused: 0, context: 4, position: last });
    expect(report.written).toBe(await source.history.count());
    await expectSame(source.history, target.history);
    expect(await target.history.position()).toBe(last);
    expect((await storedContent(target.history)).get('d1 temperature')).toEqual(
      knownContent(last - 1).get('d1 temperature'),
    );
    // What comes next from the ops store goes on from there.
    await target.history.append([knownBatch(last), knownBatch(last + 1)]);
    expect(await target.history.position()).toBe(last + 1);
  });

  it('looks only at days that have changed when it is asked for again', async () => {
    await using source = await engines[from]();
    await using target = await engines[to]();
    const last = await fill(source.history);
    const first = await copied(source.history, target.history);
    expect(await copied(source.history, target.history)).toMatchObject({
      days: first.days,
      unchanged: first.days,
      readings: 0,
    });
    await source.history.append([batch(last + 1, [['d1', 'temperature', noon + 7, 20]])]);
    expect(await copied(source.history, target.history)).toMatchObject({
      unchanged: first.days - 1,
      written: 1,
      context: 0,
      position: last + 1,
    });
    await expectSame(source.history, target.history);
  });

  it('goes on where it was cut off, wherever that is', async () => {
    await using source = await engines[from]();
    await using target = await engines[to]();
    await fill(source.history);
    let cuts = 0;
    for (; ; cuts++) {
      const end = cutOffAfter(target.history.copyEnd(), 1 + (cuts % 6));
      const report = await copied(source.history, { copyEnd: () => end }).catch(() => null);
      if (report) break;
    }
    expect(cuts).toBeGreaterThan(5);
    await expectSame(source.history, target.history);
  });

  it('leaves what the target received later of a time, and what it took in beside', async () => {
    await using source = await engines[from]();
    await using target = await engines[to]();
    await source.history.append([
      batch(1, [
        ['d1', 'temperature', noon, 1],
        ['d1', 'temperature', noon + 1, 2],
      ]),
    ]);
    const later = (at: number, value: Value) => ({
      ...reading(['d1', 'temperature', at, value], 9),
      receivedAt: epochMs(noon + day),
    });
    await target.history.append([
      { position: position(9), readings: [later(noon + 1, 22), later(noon + 2, 33)], context: [] },
    ]);
    const report = await copied(source.history, target.history);
    expect(report).toMatchObject({ written: 1, mismatches: [] });
    const { points } = await target.history.readings({
      device: 'd1' as DeviceId,
      property: 'temperature',
      ...everything,
      limit: 10,
    });
    expect(points.map(({ value }) => value)).toEqual([1, 22, 33]);
    expect(await target.history.position()).toBe(9);
  });

  it('names the series and the day that do not agree, keeps its place, and is not complete', async () => {
    await using source = await engines[from]();
    await using target = await engines[to]();
    await source.history.append([
      batch(1, [
        ['d1', 'temperature', noon, 1],
        ['d2', 'temperature', noon, 2],
        ['d2', 'temperature', noon + 9 * day, 2],
      ]),
    ]);
    const end = target.history.copyEnd();
    const broken: CopyEnd = {
      ...methodsOf(end),
      // One reading is lost on the way, each time.
      put: (readings) => end.put(readings.filter(({ at, device }) => device !== 'd2' || at !== noon)),
    };
    const report = await copied(source.history, { copyEnd: () => broken });
    expect(report.position).toBeNull();
    expect(report.mismatches).toMatchObject([
      { day: '2026-03-10', device: 'd2', property: 'temperature', wanted: { count: 1 }, found: null },
    ]);
    expect(await target.history.position()).toBe(0);
    expect(await copied(source.history, target.history)).toMatchObject({
      unchanged: 1,
      written: 1,
      mismatches: [],
      position: 1,
    });
  });
});

describe('a copy to InfluxDB', () => {
  it('says what can never be stored there and is complete without it', async () => {
    await using source = await engines.duckdb();
    await using target = await engines.influxdb();
    await source.history.append([
      batch(1, [
        ['d1', 'temperature', noon, Number.POSITIVE_INFINITY],
        ['d1', 'a\nb', noon, 1],
        ['d1', 'temperature', noon + 1, 1],
      ]),
    ]);
    const report = await copied(source.history, target.history);
    expect(report).toMatchObject({ readings: 3, written: 1, refused: 2, mismatches: [], position: 1 });
    expect(report.reasons).toHaveLength(2);
  });
});

const methodsOf = (end: CopyEnd): CopyEnd => ({
  position: () => end.position(),
  days: () => end.days(),
  counts: (of) => end.counts(of),
  readings: (part) => end.readings(part),
  context: (of) => end.context(of),
  put: (readings) => end.put(readings),
  putContext: (changes, places) => end.putContext(changes, places),
  copied: () => end.copied(),
  keepCopied: (of, version) => end.keepCopied(of, version),
  reach: (to) => end.reach(to),
});

/** Does so much work, the last of it without an answer. */
function cutOffAfter(end: CopyEnd, calls: number): CopyEnd {
  let left = calls;
  const spend = async <T>(work: () => Promise<T>): Promise<T> => {
    left -= 1;
    const done = left >= 0 ? await work() : null;
    if (left <= 0 || done === null) throw new Error('cut off');
    return done;
  };
  const spendAll = async (work: () => Promise<void>): Promise<void> => {
    await spend(() => work().then(() => true));
  };
  return {
    ...methodsOf(end),
    readings: (part) => spend(() => end.readings(part)),
    put: (readings) => spend(() => end.put(readings)),
    putContext: (changes, places) => spendAll(() => end.putContext(changes, places)),
    keepCopied: (of, version) => spendAll(() => end.keepCopied(of, version)),
    reach: (to) => spendAll(() => end.reach(to)),
  };
}
