import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DeviceId, day, type EpochMs, epochMs, plus, position } from '#model/brand.ts';
import { iso, stopwatch } from '#model/clock.ts';
import type { Reading } from '#model/reading.ts';
import type { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import { type Benchmark, type Figure, numberOf, type RunOptions } from './benchmark.ts';
import { PartFigures } from './figures.ts';
import { PlatformProcess } from './server/platform-process.ts';
import { MemoryWatch, usageOf } from './server/process-usage.ts';

const mebibyte = 1_048_576;
const everyMs = 120_000;
const days = 30;
const start = epochMs(Date.parse('2026-03-01T00:00:00Z'));
const end = plus(start, days * day);
const batchReadings = 20_000;

/** What is tried, by what it costs to judge. */
const rules: Readonly<Record<string, object>> = {
  'a comparison that has to hold': { when: 'value > 24.4', for: '5m' },
  'the mean of an hour': { when: "avg('temperature', '1h') > 23.5", for: '5m' },
  'a silence': { silentFor: '30m' },
};

export const backtest: Benchmark = {
  name: 'backtest',
  what: 'one rule over stored readings of 30 days, asked of a whole platform over its API: seconds and readings a second',
  repeats: 3,
  peers: [],
  options: { readings: { default: 10_000_000, what: 'stored readings, all of them of the rule' } },
  run: async (subject, options) => {
    if (subject.kind !== 'gridbell') throw new Error('only Gridbell has backtests');
    const directory = await mkdtemp(join(tmpdir(), 'gridbell-bench-'));
    try {
      return await runIn(directory, subject.root, options);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

interface Answer {
  readonly tookSeconds: number;
  readonly alarms: { readonly count: number };
  readonly data: { readonly readings: number };
}

async function runIn(directory: string, root: string, options: RunOptions): Promise<Figure[]> {
  const devices = Math.max(1, Math.round((numberOf(options, 'readings') * everyMs) / (days * day)));
  options.say(`storing readings of ${devices} devices`);
  await fill(join(directory, 'data', 'history.duckdb'), root, devices);
  await using platform = await PlatformProcess.start({
    root,
    profileTo: options.profileTo,
    env: { GRIDBELL_DATA_DIR: join(directory, 'data') },
  });
  await platform.api.send('POST', '/api/v1/import', {
    community: { id: 'bench', timezone: 'Asia/Shanghai' },
    places: [{ id: 'b1', kind: 'building', parent: 'bench' }],
    devices: Array.from({ length: devices }, (_, n) => ({
      id: deviceAt(n),
      kind: 'environment',
      place: 'b1',
    })),
  });
  const figures: Figure[] = [];
  for (const [name, more] of Object.entries(rules)) figures.push(...(await tried(platform, name, more)));
  return figures;
}

/** A draft: the rule need not stand. */
async function tried(platform: PlatformProcess, name: string, more: object): Promise<readonly Figure[]> {
  const rule = { category: 'facilities', severity: 'minor', property: 'temperature', ...more };
  using memory = new MemoryWatch(platform.pid);
  const before = usageOf(platform.pid);
  const began = stopwatch();
  const { alarms, data } = await platform.api.send<Answer>('POST', '/api/v1/rules/bench/backtest', {
    from: iso(start),
    to: iso(end),
    rule,
  });
  const seconds = (stopwatch() - began) / 1_000;
  return new PartFigures(name)
    .add('time', 's', seconds, 'lower')
    .add('readings', '1/s', data.readings / seconds, 'higher')
    .add('CPU of the platform', 's', usageOf(platform.pid).cpuS - before.cpuS, 'lower')
    .add('readings read', '1', data.readings)
    .add('alarms', '1', alarms.count)
    .add('memory of the platform, max', 'MiB', memory.maxRssBytes / mebibyte, 'lower').figures;
}

const deviceAt = (index: number): DeviceId => `d-${index}` as DeviceId;

/** As if a platform had taken them in; all days but the last are in order then. */
async function fill(path: string, root: string, devices: number): Promise<void> {
  const url = pathToFileURL(join(root, 'store/history/duckdb/duckdb-history.ts')).href;
  const module = (await import(url)) as { openDuckDbHistory: typeof openDuckDbHistory };
  const store = await module.openDuckDbHistory({ path });
  let batches = 0;
  for (const readings of readingsOf(devices)) {
    batches += 1;
    await store.append([{ position: position(batches), readings, context: [] }]);
  }
  await store.maintain();
  await store.close();
}

function* readingsOf(devices: number): Generator<Reading[]> {
  let readings: Reading[] = [];
  for (let round: EpochMs = start; round < end; round = plus(round, everyMs))
    for (let index = 0; index < devices; index++) {
      const at = plus(round, Math.floor((index * everyMs) / devices));
      // Rises from 20 to 25 in a day, by steps of a hundredth.
      const value = 20 + Math.floor((((round / everyMs + 7 * index) % 720) * 500) / 720) / 100;
      const about = { device: deviceAt(index), property: 'temperature', flags: 0, position: position(1) };
      readings.push({ ...about, at, receivedAt: plus(at, 3 + (index % 11)), value });
      if (readings.length < batchReadings) continue;
      yield readings;
      readings = [];
    }
  if (readings.length > 0) yield readings;
}
