import { GeneratorProcess } from '#device-sim/load/generator-process.ts';
import type { LoadReport, WitnessReport } from '#device-sim/load/protocol.ts';
import { stopwatch } from '#model/clock.ts';
import {
  type Benchmark,
  type Figure,
  numberOf,
  type RunOptions,
  type Subject,
  warmUpOf,
} from './benchmark.ts';
import { dialectMix } from './dialect-mix.ts';
import { PartFigures } from './figures.ts';
import { lossOf } from './server/loss.ts';
import { MemoryWatch, sizeOf, usageOf } from './server/process-usage.ts';
import { TestStand } from './server/test-stand.ts';

const rates = [500, 1_000, 5_000];
const taskWithinS = 60;
const settleWithinS = 600;
const mebibyte = 1_048_576;

export const ingest: Benchmark = {
  name: 'ingest',
  what: 'messages acknowledged, publish → PUBACK and publish → task at fixed rates and at saturation, and what it costs',
  repeats: 3,
  peers: ['mosquitto'],
  options: {
    devices: { default: 500, what: 'devices that send temperature and humidity' },
    seconds: { default: 15, what: 'measured for each rate; 3 s before do not count' },
    rate: { default: 0, what: 'msg/s of the open loop; 0: 500, 1,000 and 5,000' },
    window: { default: 10, what: 'unacknowledged messages a device at saturation; 0: no saturation' },
    dialects: {
      default: 1,
      what: '1: at saturation, too, as many gateways that speak a mix of dialects; 0: native alone',
    },
    alarms: { default: 5, what: 'smoke detectors that sound each second, each with its own task' },
  },
  run: async (subject, options) => {
    const rate = numberOf(options, 'rate');
    const window = numberOf(options, 'window');
    const saturations = window === 0 ? 0 : 1 + numberOf(options, 'dialects');
    const parts = (rate === 0 ? rates.length : 1) + saturations;
    const detectors = Math.ceil(parts * numberOf(options, 'alarms') * numberOf(options, 'seconds'));
    const counts = { senders: numberOf(options, 'devices'), detectors };
    await using stand = await TestStand.open(subject, counts, options);
    const run = new IngestRun(stand, options);
    return await run.all({ rates: rate === 0 ? rates : [rate], window, subject });
  },
};

/** One server, one time through. */
class IngestRun {
  readonly #stand: TestStand;
  readonly #options: RunOptions;

  constructor(stand: TestStand, options: RunOptions) {
    this.#stand = stand;
    this.#options = options;
  }

  async all(plan: {
    readonly rates: readonly number[];
    readonly window: number;
    readonly subject: Subject;
  }): Promise<Figure[]> {
    const { load, platform, community } = this.#stand;
    const order = { ...this.#stand.connecting(500), accounts: community.senders };
    const { reason, refused } = await load.ask('connect', order);
    if (refused > 0) throw new Error(`${refused} devices could not connect: ${reason}`);
    await this.#stand.openWitness();
    const figures: Figure[] = [];
    const seconds = numberOf(this.#options, 'seconds');
    const warmUpS = warmUpOf(seconds);
    for (const rate of plan.rates) {
      this.#options.say(`${plan.subject.label}: ${rate} msg/s`);
      const send = () => load.ask('openLoop', { rate, seconds, warmUpS });
      figures.push(...(await this.#part(`${rate} msg/s`, send)));
    }
    if (plan.window > 0) {
      this.#options.say(`${plan.subject.label}: saturation`);
      const send = () => load.ask('closedLoop', { window: plan.window, seconds, warmUpS });
      const native = await this.#part('saturation', send);
      figures.push(...native);
      if (platform && numberOf(this.#options, 'dialects') > 0)
        figures.push(...(await this.#dialects(native, plan)));
    }
    if (platform) figures.push(...(await this.#end()));
    return figures;
  }

  /** The same again by gateways, and what of the native rate is left. */
  async #dialects(
    native: readonly Figure[],
    { subject, window }: { readonly window: number; readonly subject: Subject },
  ): Promise<Figure[]> {
    const { community, platform } = this.#stand;
    if (!platform) return [];
    const name = 'saturation, dialects';
    const [{ place } = { place: '' }] = community.senders;
    const mix = dialectMix(community.senders.length, { id: 'bench', place });
    this.#options.say(`${subject.label}: saturation by a mix of dialects`);
    await platform.api.send('POST', '/api/v1/import', mix.file);
    await using load = new GeneratorProcess();
    const { reason, refused } = await load.ask('connect', {
      ...this.#stand.connecting(500),
      accounts: mix.accounts,
    });
    if (refused > 0) throw new Error(`${refused} gateways could not connect: ${reason}`);
    const seconds = numberOf(this.#options, 'seconds');
    const send = () => load.ask('closedLoop', { window, seconds, warmUpS: warmUpOf(seconds) });
    const figures = await this.#part(name, send);
    const ratios = new PartFigures(name);
    for (const figure of ['acknowledged', 'through to the engine', 'through to history']) {
      const [ours, theirs] = [figures, native].map((all) => all.find((each) => each.name === figure)?.value);
      if (ours !== undefined && theirs)
        ratios.add(`${figure}, of native`, '%', (ours / theirs) * 100, 'higher');
    }
    // What is not understood costs another thing than what is.
    const kept = (await platform.api.metrics()).get('gridbell_quarantined_messages') ?? 0;
    ratios.add('quarantined', '', kept, 'lower');
    ratios.add('readings a message', '', mix.readings).add('readings a message, native', '', 2);
    await load.ask('hangUp', { politely: true });
    return [...ratios.figures, ...figures];
  }

  async #part(name: string, send: () => Promise<LoadReport>): Promise<Figure[]> {
    const { platform, server } = this.#stand;
    const part = new PartFigures(name);
    using memory = new MemoryWatch(server.pid);
    const [before, beganMs] = [usageOf(server.pid), stopwatch()];
    const [report, witnessed] = await Promise.all([send(), this.#witness()]);
    const sentS = (stopwatch() - beganMs) / 1_000;
    const after = usageOf(server.pid);
    part.add('acknowledged', 'msg/s', report.perSecond, name.startsWith('saturation') ? 'higher' : null);
    part.add('not acknowledged', 'msg', report.unacknowledged, 'lower');
    part.latency('publish → PUBACK', report.puback);
    if (witnessed) {
      part.latency('publish → task', witnessed.task);
      part.add('alarms without task', '', witnessed.missing, 'lower');
    }
    part.add('CPU', 'cores', (after.cpuS - before.cpuS) / sentS, 'lower');
    if (platform) {
      const { engineS, historyS } = await platform.api.settled(settleWithinS);
      const settled = usageOf(server.pid);
      const { acknowledged } = report;
      part.add('CPU a message', 'µs', ((settled.cpuS - before.cpuS) * 1e6) / acknowledged, 'lower');
      if (name.startsWith('saturation')) {
        part.add('through to the engine', 'msg/s', acknowledged / (sentS + engineS), 'higher');
        part.add('through to history', 'msg/s', acknowledged / (sentS + historyS), 'higher');
      }
      const written = settled.writtenBytes - before.writtenBytes;
      part.add('written a message', 'bytes', written / acknowledged, 'lower');
    }
    part.add('memory, max', 'MiB', memory.maxRssBytes / mebibyte, 'lower');
    part.add('generator: late, p99', 'ms', report.lateness.p99Ms);
    part.add('generator: CPU', 'cores', report.generatorCpu);
    return part.figures;
  }

  async #witness(): Promise<WitnessReport | null> {
    if (!this.#stand.platform) return null;
    const perSecond = numberOf(this.#options, 'alarms');
    const seconds = numberOf(this.#options, 'seconds');
    const order = { perSecond, seconds, warmUpS: warmUpOf(seconds), waitS: taskWithinS };
    return this.#stand.witness.ask('soundDetectors', order);
  }

  async #end(): Promise<Figure[]> {
    const { load, platform } = this.#stand;
    if (!platform) return [];
    const part = new PartFigures('in the end');
    const { acknowledged, lost, stored } = await lossOf(platform, load);
    part.add('acknowledged', 'msg', acknowledged).add('in history', 'msg', stored);
    part.add('lost', 'msg', lost, 'lower');
    part.add('data directory', 'bytes/msg', (await sizeOf(platform.dataDir)) / acknowledged, 'lower');
    return part.figures;
  }
}
