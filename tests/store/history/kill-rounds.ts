import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { type DeviceId, epochMs } from '#model/brand.ts';
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import type { History, Point } from '#store/history/history.ts';
import { inspect } from '#tests/store/history/inspect.ts';
import { knownContent, purgedProperty, storedContent } from '#tests/store/history/known-batches.ts';
import { naiveBuckets } from '#tests/store/history/naive-buckets.ts';
import { temporaryFolder } from '#tests/store/history/open-duckdb.ts';

type Mode = 'append' | 'maintain' | 'purge';

/** Kills a writing process so often and looks each time whether the file holds exactly what its position says. */
export async function surviveKills(mode: Mode, rounds: number): Promise<void> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'history.duckdb');
  for (let round = 1; round <= rounds; round++) {
    const acknowledged = await runAndKill(path, mode, 20 + (round % 5) * 6);
    const history = await openDuckDbHistory({ path });
    try {
      const reached = await history.position();
      expect(reached).toBeGreaterThanOrEqual(acknowledged);
      const known = knownContent(reached);
      const stored = await storedContent(history);
      for (const [name, points] of known) {
        const found = stored.get(name) ?? [];
        // Nothing of it twice, nothing missing but what is older than what is kept.
        if (mode === 'purge' && name.endsWith(purgedProperty))
          expect(found).toEqual(points.slice(points.length - found.length));
        else expect(found).toEqual(points);
      }
      expect(await history.count()).toBe(
        [...stored.values()].reduce((sum, points) => sum + points.length, 0),
      );
      await expectBuckets(history, known);
    } finally {
      await history.close();
    }
  }
  const tables = await inspect(path, "SELECT 1 FROM duckdb_tables() WHERE table_name LIKE 'readings%'");
  const days = await inspect(path, 'SELECT generation FROM days');
  expect(tables).toHaveLength(days.length);
  expect((await inspect(path, 'SELECT property FROM kept')).length).toBe(mode === 'purge' ? 1 : 0);
  expect(days.some(([generation]) => Number(generation) > 0)).toBe(mode !== 'append');
}

const whole = { from: epochMs(0), to: epochMs(Date.parse('2100-01-01')) };

/** The buckets of a day, from whatever they are made, hold each reading once, those included whose readings are gone. */
async function expectBuckets(history: History, known: ReadonlyMap<string, readonly Point[]>): Promise<void> {
  for (const [name, points] of known) {
    const [device = '', property = ''] = name.split(' ');
    const asked = { ...whole, everyMs: 86_400_000, fn: 'count', timezone: 'Asia/Shanghai' } as const;
    const found = await history.buckets({ ...asked, device: device as DeviceId, property });
    expect(found.points).toEqual(naiveBuckets(points, asked));
  }
}

/** Lets the process run until it has said `lines` positions and a moment more, kills it; answers the last one said. */
async function runAndKill(path: string, mode: Mode, lines: number): Promise<number> {
  const script = join(import.meta.dirname, 'appending-process.ts');
  const child = spawn(process.execPath, [script, path, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let last = 0;
  let said = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    said += 1;
    // Where in the next append or sort it dies is left to chance.
    if (said === lines) setTimeout(() => child.kill('SIGKILL'), Math.random() * 25);
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return last;
}
