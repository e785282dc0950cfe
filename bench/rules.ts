import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import type { Configuration } from '#model/configuration.ts';
import type { RuleEngine } from '#rules/engine/engine.ts';
import { type Benchmark, type Figure, numberOf, type RunOptions } from './benchmark.ts';
import { PartFigures } from './figures.ts';
import { communityOf, mixedRules, type RuleFile, windowRules } from './rules-community.ts';

const everyMs = 10_000;
const windows: readonly (readonly [length: string, ms: number])[] = [
  ['1m', 60_000],
  ['1h', 3_600_000],
  ['24h', 24 * 3_600_000],
];

export const rules: Benchmark = {
  name: 'rules',
  what: 'the rules engine by itself: readings a second with rules of mixed kinds, and what the length of a window costs',
  repeats: 3,
  peers: [],
  options: {
    devices: { default: 2_000, what: 'devices, each says one reading in 10 s' },
    rules: { default: 100, what: 'rules of mixed kinds; a reading wakes a twentieth of them' },
    readings: { default: 1_000_000, what: 'readings that are measured' },
    windowed: { default: 100, what: 'devices whose windows are filled' },
  },
  run: async (subject, options) => {
    if (subject.kind !== 'gridbell') throw new Error('only Gridbell has this engine');
    const parts = await partsOf(subject.root);
    return [...mixed(parts, options), ...windows.flatMap((window) => windowed(parts, window, options))];
  },
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The classes of the checkout under test. */
interface Parts {
  readonly RuleEngine: typeof RuleEngine;
  readonly Configuration: typeof Configuration;
}

async function partsOf(root: string): Promise<Parts> {
  const load = async (path: string): Promise<unknown> => import(pathToFileURL(join(root, path)).href);
  const engine = (await load('rules/engine/engine.ts')) as Pick<Parts, 'RuleEngine'>;
  const configuration = (await load('model/configuration.ts')) as Pick<Parts, 'Configuration'>;
  return { ...engine, ...configuration };
}

function mixed(parts: Parts, options: RunOptions): readonly Figure[] {
  const devices = numberOf(options, 'devices');
  const source = new Source(parts, { devices, rules: mixedRules(numberOf(options, 'rules'), devices) });
  source.say(devices * 60);
  const { alarms, readingsPerSecond } = source.say(numberOf(options, 'readings'));
  return new PartFigures('mixed rules')
    .add('readings', '1/s', readingsPerSecond, 'higher')
    .add('transitions', '1', alarms).figures;
}

function windowed(
  parts: Parts,
  [length, lengthMs]: (typeof windows)[number],
  options: RunOptions,
): readonly Figure[] {
  const devices = numberOf(options, 'windowed');
  const before = heapBytes();
  const source = new Source(parts, { devices, rules: windowRules(length) });
  source.say(devices * Math.ceil((1.2 * lengthMs) / everyMs + 60));
  const bytes = heapBytes() - before;
  const { readingsPerSecond } = source.say(numberOf(options, 'readings') / 2);
  return new PartFigures(`window of ${length}`)
    .add('time of a reading, 3 functions', 'µs', 1e6 / readingsPerSecond, 'lower')
    .add('memory of a window', 'KiB', bytes / devices / 1024, 'lower').figures;
}

/** Devices that speak by turns, each every ten seconds. */
class Source {
  readonly #engine: RuleEngine;
  readonly #ids: readonly DeviceId[];
  readonly #values: ReadonlyMap<string, number>[];
  readonly #stepMs: number;
  #now = Date.parse('2026-01-01T12:00:00+08:00');
  #said = 0;

  constructor(parts: Parts, { devices, rules: files }: { devices: number; rules: readonly RuleFile[] }) {
    const configuration = new parts.Configuration();
    for (const change of communityOf(devices)) configuration.apply(change);
    this.#engine = new parts.RuleEngine({ configuration });
    this.#engine.setRules(files.map((source) => ({ id: source.id, version: 1, source })));
    const broken = this.#engine.status().find(({ valid }) => !valid);
    if (broken) throw new Error(`${broken.id}: ${broken.problems[0]?.message}`);
    this.#ids = Array.from({ length: devices }, (_, number) => `d${number}` as DeviceId);
    this.#values = Array.from({ length: 997 }, (_, number) => valuesOf(number));
    this.#stepMs = everyMs / devices;
  }

  say(readings: number): { readonly readingsPerSecond: number; readonly alarms: number } {
    const begun = stopwatch();
    let alarms = 0;
    for (let number = 0; number < readings; number++) alarms += this.#sayOne();
    return { alarms, readingsPerSecond: (readings * 1_000) / (stopwatch() - begun) };
  }

  #sayOne(): number {
    const number = this.#said++;
    this.#now += this.#stepMs;
    const at = epochMs(Math.floor(this.#now));
    const record = position(number + 1);
    const values = this.#values[(number * 31) % this.#values.length] ?? this.#values[0];
    const device = this.#ids[number % this.#ids.length];
    if (!values || !device) return 0;
    const passed = this.#engine.advance(at, record).length;
    const observation = { device, at, receivedAt: at, flags: 0, position: record, values };
    return passed + this.#engine.observe(observation).length;
  }
}

/** Of rooms: mostly about 22 °C, now and then hot. */
function valuesOf(number: number): ReadonlyMap<string, number> {
  const temperature = number % 199 === 0 ? 46.5 : 20 + ((number * 7) % 50) / 10;
  return new Map(
    number % 11 === 0
      ? [
          ['temperature', temperature],
          ['humidity', 40 + (number % 30)],
        ]
      : [['temperature', temperature]],
  );
}

function heapBytes(): number {
  collectGarbage();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}
