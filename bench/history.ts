/**
 * Embedded history by itself: append rate, room a point before and after sorting, a day of one series, and what sorting
 * costs those who read meanwhile. `node bench/history.ts [DEVICES]`: each device says four slowly changing properties
 * every 30 s for a day and two hours, a little off its time; times in ms, median (worst).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import type { Reading, Value } from '#model/reading.ts';
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';

const devices = Number(process.argv[2] ?? 300);
const start = Date.parse('2026-03-10T00:00:00Z');
const everyMs = 30_000;
const rounds = (26 * 3_600_000) / everyMs;
const batchReadings = 4_000;

let seed = 1;
/** A whole number below `limit`; the same row of them in every run. */
const chance = (limit: number): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % limit;
};

function* community(): Generator<Reading[]> {
  const temperatures = Array.from({ length: devices }, (_, device) => 200 + (device % 70));
  let readings: Reading[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let device = 0; device < devices; device++) {
      if (chance(10) === 0) temperatures[device] = (temperatures[device] ?? 0) + chance(3) - 1;
      const at = epochMs(start + round * everyMs + Math.floor((device * everyMs) / devices) + chance(50));
      const receivedAt = epochMs(at + 2 + chance(20));
      const about = { device: `d-${device}` as DeviceId, at, receivedAt, flags: 0, position: position(1) };
      const temperature = (temperatures[device] ?? 0) / 10;
      const values: Record<string, Value> = {
        temperature,
        humidity: 40 + (device % 9),
        battery: 97,
        smoke: false,
      };
      for (const [property, value] of Object.entries(values)) readings.push({ ...about, property, value });
      if (readings.length >= batchReadings) {
        yield readings;
        readings = [];
      }
    }
  }
}

const spread = (times: number[]): string => {
  const sorted = times.toSorted((a, b) => a - b);
  return `${sorted[sorted.length >> 1]?.toFixed(1)} (${sorted.at(-1)?.toFixed(1)})`;
};

async function timed(times: number[], work: () => Promise<unknown>): Promise<void> {
  const from = stopwatch();
  await work();
  times.push(stopwatch() - from);
}

async function usedBytes(path: string): Promise<number> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const size = 'SELECT (used_blocks * block_size)::DOUBLE FROM pragma_database_size()';
  const rows = await (await connection.run(size)).getRows();
  connection.closeSync();
  instance.closeSync();
  return Number(rows[0]?.[0]);
}

const folder = await mkdtemp(join(tmpdir(), 'gridbell-bench-'));
const path = join(folder, 'history.duckdb');
try {
  let history = await openDuckDbHistory({ path });
  const series = { device: 'd-7' as DeviceId, property: 'temperature', from: epochMs(start) };
  const day = { ...series, to: epochMs(start + 86_400_000), limit: 100_000 };
  const fiveMinutes = { ...day, everyMs: 300_000, fn: 'avg', timezone: 'Asia/Shanghai' } as const;
  const ask = async (): Promise<Record<string, string>> => {
    const [raw, buckets]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < 15; turn++) {
      await timed(raw, () => history.readings(day));
      await timed(buckets, () => history.buckets(fiveMinutes));
    }
    return { 'a day, raw': spread(raw), 'a day, 5 min means': spread(buckets) };
  };
  const appends: number[] = [];
  let points = 0;
  for (const readings of community()) {
    points += readings.length;
    const batch = { position: position(appends.length + 1), readings, context: [] };
    await timed(appends, () => history.append([batch]));
  }
  const appendSeconds = appends.reduce((sum, time) => sum + time, 0) / 1_000;
  console.log(
    `${points} points in batches of ${batchReadings}: ${Math.round(points / appendSeconds)} points/s, a batch ${spread(appends)}`,
  );
  const unsorted = await ask();
  await history.close();
  const before = (await usedBytes(path)) / points;
  history = await openDuckDbHistory({ path });
  const [whole, meanwhile]: [number[], number[]] = [[], []];
  let isSorting = true;
  const sorting = timed(whole, () => history.maintain()).finally(() => {
    isSorting = false;
  });
  while (isSorting) await timed(meanwhile, () => history.readings(day));
  await sorting;
  const sorted = await ask();
  await history.close();
  const after = (await usedBytes(path)) / points;
  console.table({
    unsorted: { 'bytes a point': before.toFixed(2), ...unsorted },
    sorted: { 'bytes a point': after.toFixed(2), ...sorted },
  });
  console.log(`sorting ${spread(whole)}; a day, raw, while it sorts ${spread(meanwhile)}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
