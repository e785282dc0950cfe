import { setTimeout as pause } from 'node:timers/promises';
import { GeneratorProcess } from '#device-sim/load/generator-process.ts';
import type { LoadReport } from '#device-sim/load/protocol.ts';
import { stopwatch } from '#model/clock.ts';
import { type Benchmark, type Figure, numberOf, type RunOptions, warmUpOf } from './benchmark.ts';
import { PartFigures } from './figures.ts';
import { usageOf } from './server/process-usage.ts';
import { TestStand } from './server/test-stand.ts';

const activeDevices = 200;
const rate = 1_000;
const sourceAddresses = 8;
const keepAliveS = 120;
const settleWithinS = 120;
const pongWithinMs = 20_000;

export const idle: Benchmark = {
  name: 'idle',
  what: 'many connections that only keep alive: bytes each, connects a second, and acknowledgements beside them',
  repeats: 3,
  peers: ['mosquitto'],
  options: {
    connections: { default: 15_000, what: 'idle connections, from several addresses of 127.0.0.0/8' },
    'connect-rate': { default: 500, what: 'new connections a second' },
    seconds: { default: 20, what: 'of 1,000 msg/s beside them' },
    rest: {
      default: 15,
      what: 'seconds until what connecting left behind is collected, as far as it will be',
    },
  },
  run: async (subject, options) => {
    const connections = numberOf(options, 'connections');
    const counts = { senders: activeDevices + connections, detectors: 0 };
    await using stand = await TestStand.open(subject, counts, options);
    await using sleepers = new GeneratorProcess();
    const { community, load } = stand;
    const active = community.senders.slice(0, activeDevices);
    const { reason, refused } = await load.ask('connect', { ...stand.connecting(500), accounts: active });
    if (refused > 0) throw new Error(`${refused} devices could not connect: ${reason}`);

    const seconds = numberOf(options, 'seconds');
    const traffic = { rate, warmUpS: warmUpOf(seconds), seconds };
    const alone = await load.ask('openLoop', traffic);
    options.say(`${subject.label}: connecting`);
    const crowd = await gather(stand, sleepers, options);
    options.say(`${subject.label}: ${rate} msg/s beside them`);
    const beside = await load.ask('openLoop', traffic);
    return [
      ...crowd,
      ...(await pinged(sleepers)),
      ...trafficFigures('nobody beside', alone),
      ...trafficFigures('beside them', beside),
    ];
  },
};

/** Connects them, and says what it took. */
async function gather(stand: TestStand, sleepers: GeneratorProcess, options: RunOptions): Promise<Figure[]> {
  const { community, platform, server } = stand;
  const restMs = numberOf(options, 'rest') * 1_000;
  await pause(restMs);
  const before = usageOf(server.pid);
  const heapBefore = await brokerHeap(stand);
  const { connack, connected, refused, retries, seconds } = await sleepers.ask('connect', {
    ...stand.connecting(numberOf(options, 'connect-rate')),
    accounts: community.senders.slice(activeDevices),
    keepAliveS,
    sourceAddresses,
  });
  await platform?.api.settled(settleWithinS);
  const atOnce = usageOf(server.pid);
  await pause(restMs);
  const rested = usageOf(server.pid);
  const heapRested = await brokerHeap(stand);

  const part = new PartFigures('idle connections');
  part.add('connected', '', connected, 'higher').add('refused', '', refused, 'lower');
  part.add('attempts made again', '', retries, 'lower');
  part.add('connects', '/s', connected / seconds, 'higher').latency('connect → CONNACK', connack);
  part.add('memory each, at once', 'bytes', (atOnce.rssBytes - before.rssBytes) / connected);
  part.add('memory each, rested', 'bytes', (rested.rssBytes - before.rssBytes) / connected, 'lower');
  if (heapBefore !== undefined && heapRested !== undefined)
    part.add('of it heap', 'bytes', (heapRested - heapBefore) / connected);
  return part.figures;
}

function trafficFigures(when: string, { puback, unacknowledged }: LoadReport): Figure[] {
  const part = new PartFigures(`${rate} msg/s, ${when}`);
  return part.add('not acknowledged', 'msg', unacknowledged, 'lower').latency('publish → PUBACK', puback)
    .figures;
}

/** Of the broker's thread; undefined where the platform does not say. */
async function brokerHeap({ platform }: TestStand): Promise<number | undefined> {
  return (await platform?.api.metrics())?.get('gridbell_thread_heap_used_bytes{thread="broker"}');
}

/** All ping at once: how long until the last is answered, and what became of the pings between. */
async function pinged(sleepers: GeneratorProcess): Promise<Figure[]> {
  const beganMs = stopwatch();
  await sleepers.ask('ping', null);
  for (;;) {
    const { open, pings, pongs } = await sleepers.ask('counts', null);
    const passedMs = stopwatch() - beganMs;
    if (pongs < pings && passedMs < pongWithinMs) {
      await pause(10);
      continue;
    }
    const part = new PartFigures('in the end').add('still open', '', open, 'higher');
    part.add('pings', '', pings).add('pings not answered', '', pings - pongs, 'lower');
    return part.add('all at once answered after', 'ms', passedMs, 'lower').figures;
  }
}
