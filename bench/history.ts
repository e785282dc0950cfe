import { epochMs, position } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import type { History } from '#store/history/history.ts';
import { type Benchmark, type Figure, numberOf, type RunOptions } from './benchmark.ts';
import { PartFigures } from './figures.ts';
import { deviceAt, historyStart, pointsOfDevice, readingsOf, yearOf } from './history-community.ts';
import { type HistoryUnderTest, openInfluxd, openOurs } from './history-engines.ts';
import { exportFigures } from './history-export.ts';
import { MemoryWatch } from './server/process-usage.ts';
import { spreadOf } from './statistics.ts';

const mebibyte = 1_048_576;

export const history: Benchmark = {
  name: 'history',
  what: 'history by itself, behind its port, embedded and in influxd: append rate, room a point, charts of a day, a week, a year, a building, all that is latest',
  repeats: 1,
  peers: ['influxd'],
  usualPeer: 'influxd',
  options: {
    points: {
      default: 61_200_000,
      what: 'points that are stored: 2,000 devices with 3 properties for 7 days',
    },
    queries: { default: 200, what: 'series that are asked for, each for another device' },
    'year-series': { default: 6_000, what: 'series that are stored for a year, 8 readings a day; 0: none' },
    'year-days': { default: 365, what: 'days that such a year has' },
    'influxd-share': {
      default: 100,
      what: "percent of the devices that influxd gets, and of the year's series",
    },
  },
  run: async (subject, options) => {
    await using engine = await (subject.kind === 'gridbell' ? openOurs(subject.root) : openInfluxd());
    const share = subject.kind === 'gridbell' ? 1 : numberOf(options, 'influxd-share') / 100;
    return await new HistoryRun(engine, options, share).all();
  },
};

class HistoryRun {
  readonly #engine: HistoryUnderTest;
  readonly #options: RunOptions;
  readonly #devices: number;
  readonly #yearSeries: number;
  readonly #figures: Figure[] = [];

  constructor(engine: HistoryUnderTest, options: RunOptions, share: number) {
    this.#engine = engine;
    this.#options = options;
    this.#devices = Math.max(1, Math.ceil((numberOf(options, 'points') * share) / pointsOfDevice));
    this.#yearSeries = Math.ceil(numberOf(options, 'year-series') * share);
  }

  async all(): Promise<Figure[]> {
    using memory = new MemoryWatch(this.#engine.pid);
    let store = await this.#engine.open('week');
    this.#options.say('appending');
    const points = await this.#append(store);
    await this.#ask('unsorted', store);
    await store.close();
    await this.#room('unsorted', points);

    store = await this.#engine.open('week');
    this.#options.say('sorting');
    await this.#sort(store, points);
    await this.#ask('sorted', store);
    await this.#askRollups(store);
    this.#options.say('exporting');
    this.#figures.push(...(await exportFigures(store, this.#devices)));
    await store.close();
    await this.#room('sorted', points);
    await this.#latest();
    await this.#year();
    const whole = new PartFigures('this process').add(
      'memory, max',
      'MiB',
      memory.maxRssBytes / mebibyte,
      'lower',
    );
    return [...this.#figures, ...whole.figures];
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
    const part = new PartFigures('append').add('points', '', points).add('series', '', this.#devices * 3);
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

  /** A week by the hour of one series, and of a hundred devices at once, as a building's heat map has it. */
  async #askRollups(store: History): Promise<void> {
    const [week, heat]: [number[], number[]] = [[], []];
    const from = epochMs(historyStart);
    const to = epochMs(historyStart + 7 * 86_400_000);
    const asked = {
      property: 'temperature',
      from,
      to,
      everyMs: 3_600_000,
      timezone: 'Asia/Shanghai',
    } as const;
    const queries = Math.min(numberOf(this.#options, 'queries'), this.#devices);
    for (let index = 0; index < queries; index++) {
      const first = Math.floor((index * this.#devices) / queries);
      week.push(await timed(() => store.buckets({ ...asked, fn: 'avg', device: deviceAt(first) })));
      if (index % 10 > 0) continue;
      const devices = Array.from({ length: 100 }, (_, at) => deviceAt((first + at) % this.#devices));
      heat.push(await timed(() => store.heat({ ...asked, fn: 'max', devices })));
    }
    const part = addTimes(new PartFigures('roll-ups'), '7 days of one series by the hour', week);
    this.#figures.push(...addTimes(part, '7 days of 100 devices by the hour', heat).figures);
  }

  /** The newest reading of every series, all at once. */
  async #latest(): Promise<void> {
    const latest = await this.#engine.latest(this.#devices);
    const times: number[] = [];
    let series = 0;
    for (let turn = 0; turn < 20; turn++)
      times.push(
        await timed(async () => {
          series = await latest();
        }),
      );
    const part = new PartFigures('latest').add('series', '', series);
    this.#figures.push(...addTimes(part, 'all of them', times).figures);
  }

  /** A year of one series by day, among others in a file of its own. */
  async #year(): Promise<void> {
    const series = this.#yearSeries;
    if (series === 0) return;
    const days = numberOf(this.#options, 'year-days');
    this.#options.say('a year');
    const store = await this.#engine.open('year');
    let at = 0;
    for (const readings of yearOf(series, days)) {
      at += 1;
      await store.append([{ position: position(at), readings, context: [] }]);
    }
    const making = await timed(() => this.#engine.settle(store));
    const times: number[] = [];
    const asked = {
      property: 'temperature',
      everyMs: 86_400_000,
      fn: 'max',
      timezone: 'Asia/Shanghai',
    } as const;
    const range = { from: epochMs(historyStart), to: epochMs(historyStart + days * 86_400_000) };
    const queries = Math.min(numberOf(this.#options, 'queries'), series);
    for (let index = 0; index < queries; index++) {
      const device = deviceAt(Math.floor((index * series) / queries));
      times.push(await timed(() => store.buckets({ ...asked, ...range, device })));
    }
    await store.close();
    const part = new PartFigures('a year')
      .add('series', '', series)
      .add('sorting and roll-ups', 's', making / 1_000);
    this.#figures.push(...addTimes(part, `${days} days of one series by day`, times).figures);
  }

  async #sort(store: History, points: number): Promise<void> {
    const meanwhile: number[] = [];
    let isSorting = true;
    const sorting = timed(() => this.#engine.settle(store)).finally(() => {
      isSorting = false;
    });
    while (isSorting)
      meanwhile.push(await timed(() => store.readings(this.#dayOf(meanwhile.length % this.#devices))));
    const part = new PartFigures('sorting');
    part.add('all of it', 's', (await sorting) / 1_000, 'lower');
    part.add('rate', 'points/s', points / ((await sorting) / 1_000), 'higher');
    this.#figures.push(...addTimes(part, '24 h of one series, raw, meanwhile', meanwhile).figures);
  }

  async #room(state: string, points: number): Promise<void> {
    const { fileBytes, usedBytes } = await this.#engine.room();
    const part = new PartFigures(state).add('in use', 'bytes a point', usedBytes / points, 'lower');
    part.add('file', 'bytes a point', fileBytes / points);
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
