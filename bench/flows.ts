import { setTimeout as pause } from 'node:timers/promises';
import { Latencies, type LatencySummary } from '#device-sim/load/latencies.ts';
import type { LoadReport, WitnessReport } from '#device-sim/load/protocol.ts';
import { type Benchmark, type Figure, numberOf, type RunOptions, warmUpOf } from './benchmark.ts';
import { PartFigures } from './figures.ts';
import { abuses, type FlowNode } from './flows/abuses.ts';
import { FlowsControl } from './flows/flows-control.ts';
import { TestStand } from './server/test-stand.ts';
import { spreadOf } from './statistics.ts';

const settleWithinS = 120;
const taskWithinS = 60;
const abuseCount = Object.keys(abuses).length;
/** A flow that does nothing may not be more than so much faster than one that does its worst. */
const floor = 2;

export const flows: Benchmark = {
  name: 'flows',
  what: 'from a smoke message to its task beside other traffic: flows that do nothing, and flows that do their worst',
  repeats: 1,
  peers: [],
  options: {
    devices: { default: 200, what: 'devices that send temperature and humidity' },
    // A machine is fast and slow by turns, and a p99 of some hundred alarms is a handful of them: short parts by turns, added up.
    rounds: { default: 2, what: 'idle flows and an abuse by turns, so often each' },
    // As long as it takes a flood to use up what it may in a minute.
    seconds: { default: 60, what: 'each part, measured; 3 s before do not count' },
    rate: { default: 1_000, what: 'msg/s of the other traffic' },
    alarms: { default: 10, what: 'smoke detectors that sound each second, each with its own task' },
  },
  run: async (subject, options) => {
    const seconds = numberOf(options, 'seconds');
    const parts = 2 * numberOf(options, 'rounds');
    // Each sounds once.
    const detectors = abuseCount * parts * Math.ceil(numberOf(options, 'alarms') * seconds);
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
  const { control, options } = parts;
  const [calm, worst] = [new Rounds(), new Rounds()];
  let [ends, refused] = [0, 0];
  for (let round = 1; round <= numberOf(options, 'rounds'); round++) {
    await control.calm();
    await parts.stand.platform?.api.settled(settleWithinS);
    options.say(`flows that do nothing, ${round}`);
    calm.add(await measured(parts));
    options.say(`${name}, ${round}`);
    const before = await control.look();
    control.deploy(nodes);
    // It begins with the deploy, and again with each restart.
    await pause(1_000);
    worst.add(await measured(parts));
    const after = await control.look();
    ends += after.ends - before.ends;
    refused += after.refused - before.refused;
  }
  const ratio = worst.task.p99Ms / calm.task.p99Ms;
  options.say(
    `${name}: ${calm.task.p99Ms.toFixed(1)} → ${worst.task.p99Ms.toFixed(1)} ms, ${ratio.toFixed(2)} × (floor ${floor} ×: ${ratio <= floor ? 'holds' : 'MISSED'})`,
  );
  const part = new PartFigures(name);
  part.add('publish → task, p99: against idle flows', '×', ratio, 'lower');
  part.latency('idle flows: publish → task', calm.task);
  part.latency('publish → task', worst.task);
  part.add(
    'idle flows: publish → PUBACK, p99',
    'ms',
    calm.medianOf((load) => load.puback.p99Ms),
    'lower',
  );
  part.add(
    'publish → PUBACK, p99',
    'ms',
    worst.medianOf((load) => load.puback.p99Ms),
    'lower',
  );
  part.add('alarms without task', '', calm.missing + worst.missing, 'lower');
  part.add(
    'acknowledged',
    'msg/s',
    worst.medianOf((load) => load.perSecond),
    'higher',
  );
  part.add('process of flows ended', 'times', ends);
  part.add('requests of flows refused (429)', '', refused);
  return part.figures;
}

/** The same, measured several times. */
class Rounds {
  readonly #tasks = new Latencies();
  readonly #loads: LoadReport[] = [];
  missing = 0;

  add({ report, witnessed }: { readonly report: LoadReport; readonly witnessed: WitnessReport }): void {
    for (const ms of witnessed.tasksMs) this.#tasks.record(ms);
    this.#loads.push(report);
    this.missing += witnessed.missing;
  }

  /** Of the alarms of all of them. */
  get task(): LatencySummary {
    return this.#tasks.summary();
  }

  medianOf(figure: (load: LoadReport) => number): number {
    return spreadOf(this.#loads.map(figure)).median;
  }
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
