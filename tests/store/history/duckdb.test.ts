import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import { openDatabase } from '#store/history/duckdb/database.ts';
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import { inspect } from '#tests/store/history/inspect.ts';
import { surviveKills } from '#tests/store/history/kill-rounds.ts';
import { batchesInDay, knownBatch, knownContent, storedContent } from '#tests/store/history/known-batches.ts';
import { openTemporary, temporaryFolder } from '#tests/store/history/open-duckdb.ts';
import { batch, historyContract } from '#tests/store/history.contract.ts';

historyContract('DuckDB', openTemporary);

const usedBytes = async (path: string): Promise<number> =>
  Number((await inspect(path, 'SELECT used_blocks * block_size FROM pragma_database_size()'))[0]?.[0]);

describe('the DuckDB file', () => {
  it.each(['append', 'maintain', 'purge'] as const)(
    'holds whole batches with their position after kill -9 while it runs: %s',
    async (mode) => {
      await surviveKills(mode, 4);
    },
  );

  it('answers rightly while days are put in order and more is appended', async () => {
    await using store = await openTemporary({ sliceRows: 1_000 });
    const { history } = store;
    const last = batchesInDay * 6;
    for (let at = 1; at <= batchesInDay * 4; at++) await history.append([knownBatch(at)]);
    const name = '火警-3 temperature';
    const [first, end] = [knownContent(batchesInDay * 4).get(name)?.[0]?.at, knownContent(last).get(name)];
    let isAppending = true;
    const appending = (async () => {
      for (let at = batchesInDay * 4 + 1; at <= last; at++) await history.append([knownBatch(at)]);
      isAppending = false;
    })();
    const maintaining = (async () => {
      while (isAppending) await history.maintain();
    })();
    let asked = 0;
    while (isAppending) {
      const before = await history.position();
      const { points } = await history.readings({
        device: '火警-3' as DeviceId,
        property: 'temperature',
        from: epochMs(first ?? 0),
        to: epochMs(Number.MAX_SAFE_INTEGER),
        limit: 100_000,
      });
      const after = await history.position();
      const times = points.map((point) => point.at);
      expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
      expect(points.length).toBeGreaterThanOrEqual(knownContent(before).get(name)?.length ?? 0);
      expect(points.length).toBeLessThanOrEqual(knownContent(after + 1).get(name)?.length ?? 0);
      asked += 1;
    }
    await Promise.all([appending, maintaining]);
    expect(asked).toBeGreaterThan(3);
    expect((await storedContent(history)).get(name)).toEqual(end);
  });

  it('takes less room once its days are in order', async () => {
    await using store = await openTemporary();
    const start = Date.parse('2026-02-01T00:00:00Z');
    const perDay = 8_640;
    for (let step = 0; step < perDay; step += 60) {
      const rows = Array.from({ length: 60 * 60 }, (_, index) => {
        const time = start + (step + Math.floor(index / 60)) * 10_000 + ((index * 7_919) % 900);
        return [`d${index % 60}`, 'temperature', time, 20 + Math.floor(step / 600) / 10] as const;
      });
      await store.history.append([batch(step + 1, rows)]);
    }
    await store.history.append([batch(perDay + 1, [['d1', 'smoke', start + 2 * 86_400_000, true]])]);
    await store.history.close();
    const unsorted = await usedBytes(store.path);
    const history = await store.reopen();
    await history.maintain();
    await history.close();
    // Half a million readings are too few for what a table takes at least.
    for (const level of ['1d_2026', '1h_202602', '15m_202602', '1m_202602'])
      await inspect(store.path, `DROP TABLE rollup_${level}`);
    const sorted = await usedBytes(store.path);
    expect(await inspect(store.path, 'SELECT sorted, sorted_rows FROM days ORDER BY day')).toEqual([
      [true, BigInt(perDay * 60)],
      [false, 0n],
    ]);
    expect(sorted).toBeLessThan(unsorted * 0.8);
  });

  it('leaves a day alone until its data has been quiet for an hour', async () => {
    await using store = await openTemporary();
    const midnight = Date.parse('2026-02-02T00:00:00Z');
    const states = async (): Promise<unknown[][]> => {
      await store.history.maintain();
      await store.history.close();
      const rows = await inspect(store.path, 'SELECT sorted FROM days ORDER BY day');
      await store.reopen();
      return rows;
    };
    await store.history.append([batch(1, [['d1', 'smoke', midnight - 1, true]])]);
    await store.history.append([batch(2, [['d1', 'smoke', midnight + 3_599_999, true]])]);
    expect(await states()).toEqual([[false], [false]]);
    await store.history.append([batch(3, [['d1', 'smoke', midnight + 3_600_000, true]])]);
    expect(await states()).toEqual([[true], [false]]);
    await store.history.append([batch(4, [['d1', 'smoke', midnight - 2, true]])]);
    await store.history.close();
    expect(await inspect(store.path, 'SELECT sorted FROM days ORDER BY day')).toEqual([[false], [false]]);
  });

  it('puts a day in order that is larger than its memory', async () => {
    await using store = await openTemporary({ memoryLimit: '64MB' });
    const { history } = store;
    const start = Date.parse('2026-02-01T00:00:00Z');
    const rows = Array.from({ length: 600_000 }, (_, index) => {
      const time = start + ((index * 7_919) % 86_000_000);
      return [`d${index % 50}`, 'access-result', time, `who ${index % 9_973} at the door`] as const;
    });
    for (let from = 0, at = 1; from < rows.length; from += 20_000, at++) {
      await history.append([batch(at, rows.slice(from, from + 20_000))]);
    }
    const before = await history.count();
    await history.append([batch(1_000, [['d1', 'smoke', start + 3 * 86_400_000, true]])]);
    await history.maintain();
    expect(await history.count()).toBe(before + 1);
    await history.close();
    expect(await inspect(store.path, 'SELECT sorted FROM days ORDER BY day')).toEqual([[true], [false]]);
  });

  it('is bounded in memory and threads, and never fetches or reads anything else', async () => {
    await using folder = await temporaryFolder();
    const database = await openDatabase({
      path: join(folder.path, 'h.duckdb'),
      memoryLimit: '64MB',
      threads: 1,
    });
    try {
      const [row] = await database.read(async (connection) =>
        (
          await connection.run(
            `SELECT current_setting('memory_limit'), current_setting('threads')::INTEGER,
               current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions'),
               current_setting('temp_directory')`,
          )
        ).getRows(),
      );
      expect(row).toEqual(['61.0 MiB', 1, false, false, join(folder.path, 'h.duckdb.tmp')]);
      await expect(
        database.read((connection) => connection.run("FROM read_text('/etc/hostname')")),
      ).rejects.toThrow(/disabled/);
    } finally {
      database.close();
    }
  });

  it('says what to do when the file is damaged, newer, or in use', async () => {
    await using store = await openTemporary();
    await store.history.append([{ position: position(1), readings: [], context: [] }]);
    const script = join(import.meta.dirname, 'appending-process.ts');
    const second = spawn(process.execPath, [script, store.path, 'append'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    second.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    await once(second, 'close');
    expect(complaint).toContain('in use by another process: stop that one first');
    await store.history.close();

    const damaged = `${store.path}.damaged`;
    await copyFile(store.path, damaged);
    await writeFile(damaged, (await readFile(damaged)).fill(7, 0, 12_288));
    await expect(openDuckDbHistory({ path: damaged })).rejects.toThrow(
      /damaged.*put back those of a copy of the data directory/,
    );

    const newerSchema = `${store.path}.newer`;
    await copyFile(store.path, newerSchema);
    await inspect(newerSchema, "UPDATE meta SET value = 99 WHERE name = 'schema'");
    await expect(openDuckDbHistory({ path: newerSchema })).rejects.toThrow(/newer Gridbell.*schema 99/);
  });
});
