import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import type { History } from '#store/history/history.ts';
import { inspect } from '#tests/store/history/inspect.ts';
import { openTemporary } from '#tests/store/history/open-duckdb.ts';
import { batch, reading } from '#tests/store/history.contract.ts';

const day = 86_400_000;
const start = Date.parse('2026-02-01T00:00:00Z');
const secretDevice = 'bracelet-of-grandmother-li';
const secretText = 'opened the door of flat 0502 ';
/** No other number has these eight bytes. */
const secretNumber = 71.234567890123;

/** All bytes of all files of the directory. */
async function everyByte(path: string): Promise<Buffer> {
  const folder = dirname(path);
  const files = (await readdir(folder)).toSorted();
  return Buffer.concat(await Promise.all(files.map((file) => readFile(join(folder, file)))));
}

const secrets = (): Buffer[] => {
  const number = Buffer.alloc(8);
  number.writeDoubleLE(secretNumber);
  return [Buffer.from(secretDevice), Buffer.from(secretText), number];
};

async function found(path: string): Promise<boolean[]> {
  const bytes = await everyByte(path);
  return secrets().map((secret) => bytes.includes(secret));
}

/** Three days of a person's device among others', the last one not over, and its presence. */
async function filled() {
  const store = await openTemporary({ sliceRows: 500 });
  for (let at = 1; at <= 30; at++) {
    const from = start + ((at - 1) * 3 * day) / 30;
    const readings = Array.from({ length: 60 }, (_, index) => {
      const time = from + index * 60_000;
      return [
        reading([secretDevice, 'heart-rate', time, index % 7 === 0 ? secretNumber : 60 + (index % 30)], at),
        reading([secretDevice, 'access-result', time, `${secretText}${at}-${index}`], at),
        reading(['d1', 'temperature', time, index], at),
      ];
    }).flat();
    const presence = { kind: 'presence', state: 'online' } as const;
    const context = [
      { at: epochMs(from), subject: secretDevice, ...presence },
      { at: epochMs(from), subject: 'd1', ...presence },
    ];
    await store.history.append([{ position: position(at), readings, context }]);
  }
  await store.history.maintain();
  return store;
}

const whole = { from: epochMs(start), to: epochMs(start + 9 * day) };
const temperatures = (history: History) =>
  history.buckets({
    device: 'd1' as DeviceId,
    property: 'temperature',
    ...whole,
    everyMs: day,
    fn: 'sum',
    timezone: 'Asia/Shanghai',
  });

describe('erasing', () => {
  it('leaves no byte of a device in any file, and of others everything as it was', async () => {
    await using store = await filled();
    const { history } = store;
    const before = await temperatures(history);
    expect(await found(store.path)).toEqual([true, true, true]);
    expect(await history.erase([secretDevice])).toEqual({ readings: 3_600, rollups: expect.any(Number) });
    expect(await found(store.path)).toEqual([false, false, false]);
    expect(await temperatures(history)).toEqual(before);
    expect(await history.count()).toBe(1_800);
    expect(await history.count(secretDevice as DeviceId)).toBe(0);
    const context = await history.context(whole);
    expect(new Set(context.map(({ subject }) => subject))).toEqual(new Set(['d1']));
    await history.append([batch(31, [[secretDevice, 'heart-rate', start + 4 * day, 1]])]);
    await history.maintain();
    const again = await store.reopen();
    expect(await again.position()).toBe(31);
    expect(await again.count(secretDevice as DeviceId)).toBe(1);
    expect(await temperatures(again)).toEqual({ points: before.points, source: expect.any(String) });
  });

  it('lets questions be asked and readings come in meanwhile', async () => {
    await using store = await filled();
    const { history } = store;
    const before = (await temperatures(history)).points;
    let isErasing = true;
    const erasing = history.erase([secretDevice]).finally(() => {
      isErasing = false;
    });
    const appending = history.append([batch(31, [['d2', 'temperature', start + day, 1]])]);
    let asked = 0;
    for (; isErasing; asked++) expect((await temperatures(history)).points).toEqual(before);
    await Promise.all([erasing, appending]);
    expect(asked).toBeGreaterThan(0);
    expect(await history.count('d2' as DeviceId)).toBe(1);
    expect(await found(store.path)).toEqual([false, false, false]);
  });

  it('goes on with what was asked for when it was killed before the files were exchanged', async () => {
    await using store = await filled();
    await store.history.close();
    await inspect(store.path, `INSERT INTO erasures VALUES ('${secretDevice}')`);
    // What a copy that was killed leaves behind.
    await writeFile(`${store.path}.fresh`, secretDevice);
    const history = await store.reopen();
    expect(await history.status()).toMatchObject({ isErasing: true, series: 3 });
    await history.maintain();
    expect(await history.status()).toMatchObject({ isErasing: false, series: 1 });
    expect(await found(store.path)).toEqual([false, false, false]);
    expect(await history.count()).toBe(1_800);
  });
});

describe('the file written anew', () => {
  it('holds the same, also of what was taken out', async () => {
    await using store = await filled();
    const { history } = store;
    await history.purge({
      kept: ['heart-rate', 'access-result'].map((property) => ({
        property,
        readingsFrom: epochMs(start + 2 * day),
        rollupsFrom: epochMs(start + 2 * day),
      })),
      contextFrom: null,
    });
    const before = await temperatures(history);
    const opened = await store.reopen();
    await opened.compact();
    expect(await temperatures(opened)).toEqual(before);
    expect(await (await store.reopen()).count()).toBe(1_800 + 1_200);
  });

  it('has the same roll-ups when all of them were made anew', async () => {
    await using store = await filled();
    const before = await temperatures(store.history);
    await store.history.rebuild();
    expect(await temperatures(store.history)).toEqual(before);
    expect(await store.history.status()).toMatchObject({ days: 3, unsortedDays: 1, daysWithoutRollups: 0 });
  });
});
