import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { epochMs, position } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import type { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import type { History } from '#store/history/history.ts';
import { type Benchmark, type Figure, numberOf, type RunOptions } from './benchmark.ts';
import { PartFigures } from './figures.ts';
import { deviceAt, historyStart, pointsOfDevice, readingsOf } from './history-community.ts';
import { MemoryWatch, sizeOf } from './server/process-usage.ts';
import { spreadOf } from './statistics.ts';

const mebibyte = 1_048_576;

export const history: Benchmark = {
  name: 'history',
  what: 'embedded history by itself, behind its port: append rate, room a point, a day of one series, sorting',
  repeats: 3,
  peers: [],
  options: {
    points: { default: 20_000_000, what: 'points that are stored' },
    queries: { default: 200, what: 'series that are asked for, each for another device' },
  },
  run: async (subject, options) => {
    if (subject.kind !== 'gridbell') throw new Error('only Gridbell has this history');
    const directory = await mkdtemp(join(tmpdir(), 'gridbell-bench-'));
    try {
      return await new HistoryRun(subject.root, directory, options).all();
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

class HistoryRun {
  readonly #root: string;
  readonly #directory: string;
  readonly #options: RunOptions;
  readonly #devices: number;
  readonly #figures: Figure[] = [];

  constructor(root: string, directory: string, options: RunOptions) {
    this.#root = root;
    this.#directory = directory;
    this.#options = options;
    this.#devices = Math.max(1, Math.ceil(numberOf(options, 'points') / pointsOfDevice));
  }

  async all(): Promise<Figure[]> {
    using memory = new MemoryWatch(process.pid);
    let store = await this.#open();
    this.#options.say('appending');
    const points = await this.#append(store);
    await this.#ask('unsorted', store);
    await store.close();
    await this.#room('unsorted', points);

    store = await this.#open();
    this.#options.say('sorting');
    await this.#sort(store, points);
    await this.#ask('sorted', store);
    await store.close();
    await this.#room('sorted', points);
    const whole = new PartFigures('this process').add(
      'memory, max',
      'MiB',
      memory.maxRssBytes / mebibyte,
      'lower',
    );
    return [...this.#figures, ...whole.figures];
  }

  /** Of the checkout under test, which may be another one than this. */
  async #open(): Promise<History> {
    const url = pathToFileURL(join(this.#root, 'store/history/duckdb/duckdb-history.ts')).href;
    const module = (await import(url)) as { openDuckDbHistory: typeof openDuckDbHistory };
    return module.openDuckDbHistory({ path: join(this.#directory, 'history.duckdb') });
  }

  async #append(store: History): Promise<number> {
    const times: number[] = [];
    let points = 0;
    for (const readings of readingsOf(this.#devices)) {
      points += readings.length;
      const batch = { position: position(times.length + 1), readings, context: [] };
      times.push(await timed(() => store.append([batch])));
    }
    const seconds = times.reduce((sum, time) => sum + time, 0) / 1_000;
    const part = new PartFigures('append').add('points', '', points).add('series', '', this.#devices * 4);
    part.add('rate', 'points/s', points / seconds, 'higher');
    this.#figures.push(...addTimes(part, 'a batch of 4,000', times).figures);
    return points;
  }

  /** Each time another series, as a page with charts does: what is in no cache yet counts. */
  async #ask(state: string, store: History): Promise<void> {
    const [raw, chart]: [number[], number[]] = [[], []];
    const queries = Math.min(numberOf(this.#options, 'queries'), this.#devices);
    for (let index = 0; index < queries; index++) {
      const device = Math.floor((index * this.#devices) / queries);
      const day = this.#dayOf(device);
      const buckets = { ...day, everyMs: 300_000, fn: 'avg', timezone: 'Asia/Shanghai' } as const;
      chart.push(await timed(() => store.buckets(buckets)));
      raw.push(await timed(() => store.readings(day)));
    }
    const part = addTimes(new PartFigures(state), '24 h of one series at 5 min', chart);
    this.#figures.push(...addTimes(part, '24 h of one series, raw', raw).figures);
  }

  async #sort(store: History, points: number): Promise<void> {
    const meanwhile: number[] = [];
    let isSorting = true;
    const sorting = timed(() => store.maintain()).finally(() => {
      isSorting = false;
    });
    while (isSorting)
      meanwhile.push(await timed(() => store.readings(this.#dayOf(meanwhile.length % this.#devices))));
    const part = new PartFigures('sorting');
    part.add('all of it', 's', (await sorting) / 1_000, 'lower');
    part.add('rate', 'points/s', points / ((await sorting) / 1_000), 'higher');
    this.#figures.push(...addTimes(part, '24 h of one series, raw, meanwhile', meanwhile).figures);
  }

  /** Blocks in use: what sorting left free in the file is filled again by the next day. */
  async #room(state: string, points: number): Promise<void> {
    const instance = await DuckDBInstance.create(join(this.#directory, 'history.duckdb'));
    const connection = await instance.connect();
    const used = 'SELECT (used_blocks * block_size)::DOUBLE FROM pragma_database_size()';
    const rows = await (await connection.run(used)).getRows();
    connection.closeSync();
    instance.closeSync();
    const part = new PartFigures(state).add(
      'in use',
      'bytes a point',
      Number(rows[0]?.[0]) / points,
      'lower',
    );
    part.add('file', 'bytes a point', (await sizeOf(this.#directory)) / points);
    this.#figures.push(...part.figures);
  }

  #dayOf(device: number) {
    const from = epochMs(historyStart);
    const to = epochMs(historyStart + 86_400_000);
    return { device: deviceAt(device), property: 'temperature', from, to, limit: 100_000 };
  }
}

function addTimes(part: PartFigures, name: string, times: readonly number[]): PartFigures {
  const { max, median } = spreadOf(times);
  return part.add(`${name}, median`, 'ms', median, 'lower').add(`${name}, worst`, 'ms', max);
}

/** Milliseconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = stopwatch();
  await work();
  return stopwatch() - from;
}
