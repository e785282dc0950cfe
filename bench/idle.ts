import { setTimeout as pause } from 'node:timers/promises';
import { stopwatch } from '#model/clock.ts';
import { type Benchmark, type Figure, numberOf, type RunOptions, type Subject } from './benchmark.ts';
import { PartFigures } from './figures.ts';
import { GeneratorProcess } from './generator/generator-process.ts';
import { usageOf } from './server/process-usage.ts';
import { TestStand } from './server/test-stand.ts';

const activeDevices = 200;
const rate = 1_000;
const sourceAddresses = 8;
/** Until the platform is warm; short runs have a short one. */
const warmUpOf = (seconds: number): number => Math.min(3, seconds);
const keepAliveS = 120;

export const idle: Benchmark = {
  name: 'idle',
  what: 'many connections that only keep alive: bytes each, connects a second, and acknowledgements beside them',
  repeats: 1,
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
    return await idleRun(stand, sleepers, { subject, options });
  },
};

async function idleRun(
  stand: TestStand,
  sleepers: GeneratorProcess,
  { subject, options }: { readonly subject: Subject; readonly options: RunOptions },
): Promise<Figure[]> {
  const { community, load, server } = stand;
  const active = community.senders.slice(0, activeDevices);
  const order = { ...stand.connecting(500), accounts: active };
  const awake = await load.ask('connect', order);
  if (awake.refused > 0) throw new Error(`${awake.refused} devices could not connect: ${awake.reason}`);
  const seconds = numberOf(options, 'seconds');
  const traffic = { rate, warmUpS: warmUpOf(seconds), seconds };
  const alone = await load.ask('openLoop', traffic);
  await pause(numberOf(options, 'rest') * 1_000);
  const before = usageOf(server.pid);
  const heapBefore = await brokerHeap(stand);

  options.say(`${subject.label}: connecting`);
  const connected = await sleepers.ask('connect', {
    ...stand.connecting(numberOf(options, 'connect-rate')),
    accounts: community.senders.slice(activeDevices),
    keepAliveS,
    sourceAddresses,
  });
  await stand.platform?.api.settled(120);
  const atOnce = usageOf(server.pid);
  await pause(numberOf(options, 'rest') * 1_000);
  const rested = usageOf(server.pid);
  const heapRested = await brokerHeap(stand);

  options.say(`${subject.label}: ${rate} msg/s beside ${connected.connected} idle connections`);
  const [beside, pongMs] = await Promise.all([
    load.ask('openLoop', traffic),
    pause(traffic.warmUpS * 1_000).then(() => pings(sleepers)),
  ]);
  const counts = await sleepers.ask('counts', null);

  const part = new PartFigures('idle connections');
  part.add('connected', '', connected.connected, 'higher').add('refused', '', connected.refused, 'lower');
  part.add('attempts made again', '', connected.retries, 'lower');
  part.add('connects', '/s', connected.connected / connected.seconds, 'higher');
  part.latency('connect → CONNACK', connected.connack);
  part.add('still open at the end', '', counts.open, 'higher');
  const each = (bytes: number): number => (bytes - before.rssBytes) / connected.connected;
  part.add('memory each, at once', 'bytes', each(atOnce.rssBytes));
  part.add('memory each, rested', 'bytes', each(rested.rssBytes), 'lower');
  if (heapBefore !== undefined && heapRested !== undefined)
    part.add('of it heap', 'bytes', (heapRested - heapBefore) / connected.connected);
  part.add('pings', '', counts.pings).add('pings not answered', '', counts.pings - counts.pongs, 'lower');
  part.add('all of them answered after', 'ms', pongMs, 'lower');
  const figures = [...part.figures];
  for (const [name, report] of [
    [`${rate} msg/s, nobody beside`, alone],
    [`${rate} msg/s beside them`, beside],
  ] as const) {
    const load = new PartFigures(name).add('not acknowledged', 'msg', report.unacknowledged, 'lower');
    figures.push(...load.latency('publish → PUBACK', report.puback).figures);
  }
  return figures;
}

/** Of the broker's thread; undefined where the platform does not say. */
async function brokerHeap({ platform }: TestStand): Promise<number | undefined> {
  return (await platform?.api.metrics())?.get('gridbell_thread_heap_used_bytes{thread="broker"}');
}

/** Every idle connection pings at once: milliseconds until the last answer, or the time after which we no longer wait. */
async function pings(sleepers: GeneratorProcess): Promise<number> {
  const giveUpMs = 20_000;
  const beganMs = stopwatch();
  await sleepers.ask('ping', null);
  for (;;) {
    const { pings, pongs, open } = await sleepers.ask('counts', null);
    const passedMs = stopwatch() - beganMs;
    if (pongs >= pings || open === 0 || passedMs > giveUpMs) return passedMs;
    await pause(10);
  }
}
