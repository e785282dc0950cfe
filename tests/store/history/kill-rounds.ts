import { join } from 'node:path';
import { expect } from 'vitest';
import { type DeviceId, epochMs } from '#model/brand.ts';
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import type { History, Point } from '#store/history/history.ts';
import { type AppendingMode, appendAndKill } from '#tests/store/history/append-and-kill.ts';
import { expectSame } from '#tests/store/history/expect-same.ts';
import { inspect } from '#tests/store/history/inspect.ts';
import { knownContent, purgedProperties, storedContent } from '#tests/store/history/known-batches.ts';
import { naiveBuckets } from '#tests/store/history/naive-buckets.ts';
import { temporaryFolder } from '#tests/store/history/open-duckdb.ts';
import { lookAtStruck, type Work } from '#tests/store/history/struck.ts';

/** Of rounds: how often a machine is tried on which nothing is put in order meanwhile. */
const mostTimes = 6;

/**
 * Kills a writing process so often and looks each time whether the file holds exactly what its position says. Answers what it was at,
 * as far as it left something of it.
 */
export async function surviveKills(mode: AppendingMode, rounds: number): Promise<readonly Work[]> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'history.duckdb');
  const struck: Work[] = [];
  const hasSorted = async (): Promise<boolean> =>
    (await inspect(path, 'SELECT generation FROM days')).some(([generation]) => Number(generation) > 0);
  // What puts in order is on its way beside what appends: how far it comes until a kill is the machine's.
  const isTried = async (round: number): Promise<boolean> =>
    round > rounds && (mode === 'append' || round > mostTimes * rounds || (await hasSorted()));
  for (let round = 1; !(await isTried(round)); round++) {
    const acknowledged = await appendAndKill(path, mode, 20 + (round % 5) * 6);
    const { rolledFrom, work } = await lookAtStruck(path);
    if (work !== null) struck.push(work);
    const history = await openDuckDbHistory({ path });
    try {
      const reached = await history.position();
      expect(reached).toBeGreaterThanOrEqual(acknowledged);
      const known = knownContent(reached);
      const stored = await storedContent(history);
      for (const [name, points] of known) {
        const found = stored.get(name) ?? [];
        // Nothing of it twice, nothing missing but what is older than what is kept.
        if (mode === 'purge' && purgedProperties.some((property) => name.endsWith(property)))
          expectSame(found, points.slice(points.length - found.length), name);
        else expectSame(found, points, name);
      }
      expect(await history.count()).toBe(
        [...stored.values()].reduce((sum, points) => sum + points.length, 0),
      );
      await expectBuckets(history, known, rolledFrom);
    } finally {
      await history.close();
    }
  }
  const tables = await inspect(path, "SELECT 1 FROM duckdb_tables() WHERE table_name LIKE 'readings%'");
  expect(tables).toHaveLength((await inspect(path, 'SELECT 1 FROM days')).length);
  expect((await inspect(path, 'SELECT property FROM kept')).length).toBe(
    mode === 'purge' ? purgedProperties.length : 0,
  );
  expect(await hasSorted()).toBe(mode !== 'append');
  return struck;
}

const whole = { from: epochMs(0), to: epochMs(Date.parse('2100-01-01')) };

/** The buckets of a day, from whatever they are made, hold each reading once, those included whose readings are gone. */
export async function expectBuckets(
  history: History,
  known: ReadonlyMap<string, readonly Point[]>,
  rolledFrom: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [name, points] of known) {
    const [device = '', property = ''] = name.split(' ');
    const asked = { ...whole, everyMs: 86_400_000, fn: 'count', timezone: 'Asia/Shanghai' } as const;
    const found = await history.buckets({ ...asked, device: device as DeviceId, property });
    const from = rolledFrom.get(property) ?? Number.NEGATIVE_INFINITY;
    const left = points.filter(({ at }) => at >= from);
    expect(found.points).toEqual(naiveBuckets(left, asked));
  }
}
