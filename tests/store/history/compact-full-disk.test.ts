import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import { batch } from '#tests/store/history.contract.ts';
import { canMount, smallDisk } from '#tests/support/small-disk.ts';

const start = Date.parse('2026-02-27T00:00:00Z');
const inBatch = 20_000;
const batches = 15;

/** Readings that pack badly, so that there are megabytes of them. */
const noisy = (from: number) =>
  Array.from({ length: inBatch }, (_, n) => {
    const index = from + n;
    return ['d1', 'temperature', start + index * 1_000, Math.fround(Math.sin(index) * 1e6)] as const;
  });

describe.skipIf(!canMount)('the file written anew on a disk that has no room for it', () => {
  it.each([
    ['is not begun', (free: number, bytes: number) => free - bytes > 0],
    ['leaves nothing behind, and history as it was', () => true],
  ])('%s', async (_, mayTake) => {
    using disk = smallDisk(64);
    const path = join(disk.path, 'history.duckdb');
    const history = await openDuckDbHistory({ path, hasRoom: (bytes) => mayTake(disk.free(), bytes) });
    for (let n = 0; n < batches; n += 1) await history.append([batch(n + 1, noisy(n * inBatch))]);
    disk.fill(1_500_000);
    await expect(history.compact()).rejects.toThrow();
    expect(readdirSync(disk.path).filter((name) => name.includes('fresh'))).toEqual([]);
    expect(disk.free()).toBeGreaterThan(500_000);
    expect(await history.count()).toBe(batches * inBatch);
    disk.giveBack();
    await history.append([batch(batches + 1, noisy(batches * inBatch))]);
    await history.compact();
    expect(await history.count()).toBe((batches + 1) * inBatch);
    await history.close();
  });
});
