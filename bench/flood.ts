import { setTimeout as pause } from 'node:timers/promises';
import type { LoadReport } from '#device-sim/load/protocol.ts';
import { type Benchmark, type Figure, numberOf, type RunOptions, type Subject } from './benchmark.ts';
import { PartFigures } from './figures.ts';
import { lossOf } from './server/loss.ts';
import { MemoryWatch, usageOf } from './server/process-usage.ts';
import { TestStand } from './server/test-stand.ts';
import { spreadOf } from './statistics.ts';

const soundsEveryS = 2;
const taskWithinS = 120;
const mebibyte = 1_048_576;
/** What is on its way when the lines are cut still arrives or does not; nothing is counted before it is decided. */
const afterCutMs = 2_000;

const waits = { part: 'each waits for its PUBACK', window: 1 };
const neverWaits = { part: 'nobody waits' };

export const flood: Benchmark = {
  name: 'flood',
  what: 'many connections that send as fast as they may, and one well-behaved smoke detector among them',
  repeats: 3,
  peers: [],
  options: {
    devices: { default: 2_000, what: 'connections that flood' },
    seconds: { default: 60, what: 'how long' },
    'in-flight': { default: 60_000, what: 'unacknowledged messages at which those that never wait do wait' },
  },
  run: async (subject, options) => {
    const figures: Figure[] = [];
    for (const { part } of [waits, neverWaits]) {
      options.say(`${subject.label}: ${part}`);
      figures.push(...(await floodOnce(subject, options, part)));
    }
    return figures;
  },
};

/** A fresh platform each: what one flood left behind must not be charged to the next. */
async function floodOnce(subject: Subject, options: RunOptions, part: string): Promise<Figure[]> {
  const seconds = numberOf(options, 'seconds');
  const counts = { senders: numberOf(options, 'devices'), detectors: Math.ceil(seconds / soundsEveryS) };
  await using stand = await TestStand.open(subject, counts, options);
  const { community, load, platform, witness } = stand;
  if (!platform) throw new Error('only Gridbell can be flooded here');
  await stand.openWitness();
  const order = { ...stand.connecting(500), accounts: community.senders };
  const { connected, reason, refused } = await load.ask('connect', order);
  if (refused > 0) options.say(`${refused} could not connect: ${reason}`);
  using memory = new MemoryWatch(platform.pid);
  const before = usageOf(platform.pid);
  const span = { warmUpS: 0, seconds };
  const [report, witnessed] = await Promise.all([
    part === waits.part
      ? load.ask('closedLoop', { window: waits.window, ...span })
      : load.ask('torrent', { inFlight: numberOf(options, 'in-flight'), ...span }),
    witness.ask('soundDetectors', { perSecond: 1 / soundsEveryS, waitS: taskWithinS, ...span }),
  ]);
  const after = usageOf(platform.pid);
  await load.ask('hangUp', { politely: false });
  await pause(afterCutMs);
  const { acknowledged, lost, stored } = await lossOf(platform, load);

  const figures = new PartFigures(part);
  figures.add('connected', '', connected);
  figures.latency('the detector: publish → task', witnessed.task);
  figures.latency('the detector: publish → PUBACK', witnessed.puback);
  figures.add('the detector: alarms without task', '', witnessed.missing, 'lower');
  addRate(figures, report);
  figures.add('acknowledged', 'msg', acknowledged).add('in history', 'msg', stored);
  figures.add('lost', 'msg', lost, 'lower').add('connections closed', '', report.closed, 'lower');
  figures.add('memory before', 'MiB', before.rssBytes / mebibyte);
  for (const quarter of [1, 2, 3, 4]) {
    const at = Math.min(memory.bySecond.length, Math.ceil((seconds * quarter) / 4)) - 1;
    figures.add(`memory after ${(seconds * quarter) / 4} s`, 'MiB', (memory.bySecond[at] ?? 0) / mebibyte);
  }
  figures.add('memory, max', 'MiB', memory.maxRssBytes / mebibyte, 'lower');
  figures.add('CPU', 'cores', (after.cpuS - before.cpuS) / seconds);
  figures.add('generator: CPU', 'cores', report.generatorCpu);
  return figures.figures;
}

/** Over the whole time, and how much it varies from second to second. */
function addRate(figures: PartFigures, { perSecond, puback, seconds }: LoadReport): void {
  figures.add('acknowledged to the flood', 'msg/s', perSecond, 'higher');
  if (seconds.length > 0) {
    const { max, median, min } = spreadOf(seconds.map(({ acknowledged, lengthS }) => acknowledged / lengthS));
    figures.add('of a second: least', 'msg/s', min).add('of a second: median', 'msg/s', median);
    figures.add('of a second: most', 'msg/s', max);
  }
  figures.latency('the flood: publish → PUBACK', puback);
}
