import { setTimeout as pause } from 'node:timers/promises';
import { type Benchmark, type Figure, numberOf, type RunOptions, warmUpOf } from './benchmark.ts';
import { PartFigures } from './figures.ts';
import { abuses, type FlowNode } from './flows/abuses.ts';
import { FlowsControl } from './flows/flows-control.ts';
import { TestStand } from './server/test-stand.ts';

const settleWithinS = 120;
const taskWithinS = 60;
/** A flow that does nothing may not be more than so much faster than one that does its worst. */
const floor = 2;

export const flows: Benchmark = {
  name: 'flows',
  what: 'from a smoke message to its task beside other traffic: flows that do nothing, and flows that do their worst',
  repeats: 1,
  peers: [],
  options: {
    devices: { default: 200, what: 'devices that send temperature and humidity' },
    // The engine's snapshots stand still for less than 1 in 100, but all at once: a part is to be so long that its p99 is none of one.
    seconds: { default: 60, what: 'each part, measured; 3 s before do not count' },
    rate: { default: 1_000, what: 'msg/s of the other traffic' },
    alarms: { default: 10, what: 'smoke detectors that sound each second, each with its own task' },
  },
  run: async (subject, options) => {
    const seconds = numberOf(options, 'seconds');
    // Each abuse beside a calm part just before it, since a machine is fast and slow by turns.
    const detectors = 8 * Math.ceil(numberOf(options, 'alarms') * (seconds + warmUpOf(seconds)));
    const counts = { senders: numberOf(options, 'devices'), detectors };
    const env = { GRIDBELL_FLOWS_ENABLED: 'true' };
    await using stand = await TestStand.open(subject, counts, options, env);
    const { community, load, platform } = stand;
    if (!platform) throw new Error('only Gridbell has flows');
    await stand.openWitness();
    const connecting = { ...stand.connecting(300), accounts: community.senders };
    const { reason, refused } = await load.ask('connect', connecting);
    if (refused > 0) throw new Error(`${refused} devices could not connect: ${reason}`);
    const control = new FlowsControl(platform);
    const [detector] = community.detectors;
    const flood = abuses.alarms({
      url: `http://127.0.0.1:${platform.http}`,
      token: await control.newToken(),
      place: detector?.place ?? '',
    });
    const figures: Figure[] = [];
    for (const [name, nodes] of [
      ['a loop without end', abuses.busyLoop],
      ['a rejection that nobody handles', abuses.rejection],
      ['a gigabyte', abuses.gigabyte],
      ['100,000 alarms a second', flood],
    ] as const)
      figures.push(...(await pair({ stand, control, options }, name, nodes)));
    return figures;
  },
};

interface Parts {
  readonly stand: TestStand;
  readonly control: FlowsControl;
  readonly options: RunOptions;
}

async function pair(parts: Parts, name: string, nodes: readonly FlowNode[]): Promise<Figure[]> {
  const { control, options, stand } = parts;
  await control.calm();
  await stand.platform?.api.settled(settleWithinS);
  options.say('flows that do nothing');
  const calm = await measured(parts);
  options.say(name);
  const before = await control.look();
  control.deploy(nodes);
  // It begins with the deploy, and again with each restart.
  await pause(1_000);
  const worst = await measured(parts);
  const after = await control.look();
  const ratio = worst.witnessed.task.p99Ms / calm.witnessed.task.p99Ms;
  options.say(
    `${name}: ${calm.witnessed.task.p99Ms.toFixed(1)} → ${worst.witnessed.task.p99Ms.toFixed(1)} ms, ${ratio.toFixed(2)} × (floor ${floor} ×: ${ratio <= floor ? 'holds' : 'MISSED'})`,
  );
  const part = new PartFigures(name);
  part.add('publish → task, p99: against idle flows', '×', ratio, 'lower');
  part.latency('idle flows: publish → task', calm.witnessed.task);
  part.latency('publish → task', worst.witnessed.task);
  part.latency('idle flows: publish → PUBACK', calm.report.puback);
  part.latency('publish → PUBACK', worst.report.puback);
  part.add('alarms without task', '', calm.witnessed.missing + worst.witnessed.missing, 'lower');
  part.add('acknowledged', 'msg/s', worst.report.perSecond, 'higher');
  part.add('process of flows ended', 'times', after.ends - before.ends);
  part.add('requests of flows refused (429)', '', after.refused - before.refused);
  return part.figures;
}

async function measured({ options, stand: { load, witness } }: Parts) {
  const seconds = numberOf(options, 'seconds');
  const span = { seconds, warmUpS: warmUpOf(seconds) };
  const perSecond = numberOf(options, 'alarms');
  const [report, witnessed] = await Promise.all([
    load.ask('openLoop', { rate: numberOf(options, 'rate'), ...span }),
    witness.ask('soundDetectors', { perSecond, waitS: taskWithinS, ...span }),
  ]);
  return { report, witnessed };
}
