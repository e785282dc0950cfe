import type { AgreementVerdict, Comparison } from '#device-sim/load/agreement.ts';
import type { LatencySummary } from '#device-sim/load/latencies.ts';
import type { LoadRun } from '#device-sim/load/load-run.ts';

/** How figures and findings are said in every form of the report. */
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const count = (value: number): string => whole.format(value);

/** Three digits are what the histograms hold. */
export const ms = (value: number): string =>
  value >= 100 ? whole.format(value) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

export const percent = (value: number): string =>
  value === 0 ? '0' : `${value > 0 ? '+' : '−'}${Math.abs(value).toFixed(Math.abs(value) < 10 ? 1 : 0)}`;

const cores = (value: number | null): string => (value === null ? '–' : value.toFixed(2));

export const verdictWords: Readonly<Record<AgreementVerdict, string>> = {
  same: 'the same',
  within: 'within 5 %',
  unanswered: 'sent, but not acknowledged to us',
  apart: 'apart',
  shown: 'not judged',
};

export const headingOf = ({ load, options }: LoadRun): string =>
  options.loop.kind === 'open'
    ? `${count(options.loop.rate)} messages a second`
    : `${count(load.perSecond)} messages a second, as fast as acknowledged`;

/** In one sentence what was asked. */
export function planOf({ options, payload }: LoadRun): string {
  const { alarmsPerSecond, connections, loop, seconds, warmUpS } = options;
  const how =
    loop.kind === 'open'
      ? `${count(loop.rate)} msg/s by the clock (open loop)`
      : `as fast as acknowledged, ${count(loop.window)} under way for each device (closed loop)`;
  const alarms = alarmsPerSecond === 0 ? 'no alarms' : `${alarmsPerSecond} alarms/s`;
  return `${how} over ${count(connections)} connections for ${count(seconds)} s after ${count(warmUpS)} s of warm-up; QoS 1, payload ${options.payload} (${payload.bytes} bytes, ${payload.readings} readings); ${alarms}`;
}

export interface LatencyRow {
  readonly name: string;
  readonly what: string;
  readonly summary: LatencySummary;
}

/** Every latency that was measured. */
export function latencyRows({ load, options, witness }: LoadRun): readonly LatencyRow[] {
  const isOpen = options.loop.kind === 'open';
  return [
    ...(isOpen
      ? [
          {
            name: 'publish → PUBACK',
            what: 'from when a message was due: nothing is left out when the platform, or we, fell behind',
            summary: load.puback,
          },
        ]
      : []),
    {
      name: isOpen ? 'sent → PUBACK' : 'publish → PUBACK',
      what: isOpen
        ? 'from when it was sent, uncorrected'
        : 'closed loop: a slow platform is asked less often, so that this says how long the queue is',
      summary: load.service,
    },
    ...(isOpen
      ? [
          {
            name: 'due → sent',
            what: 'what the generator itself adds; if it is near the first line, this machine was measured',
            summary: load.lateness,
          },
        ]
      : []),
    ...(witness
      ? [
          {
            name: 'publish → task',
            what: 'from when a smoke detector was due to sound to its task on the live stream',
            summary: witness.task,
          },
          {
            name: 'the detector: publish → PUBACK',
            what: 'the acknowledgement of the same message',
            summary: witness.puback,
          },
        ]
      : []),
  ].filter(({ summary }) => summary.count > 0);
}

export const latencyHead = ['p50', 'p90', 'p99', 'p99.9', 'max', 'mean', 'count'] as const;

/** In the order of `latencyHead`. */
export const latencyFigures = (of: LatencySummary): readonly string[] => [
  ...[of.p50Ms, of.p90Ms, of.p99Ms, of.p999Ms, of.maxMs, of.meanMs].map(ms),
  count(of.count),
];

export const comparisonName = ({ name, unit }: Comparison): string =>
  unit === 'ms' ? `${name}, ms` : `${unit} ${name}`;

export const comparisonFigures = (of: Comparison): readonly [ours: string, platforms: string] =>
  of.unit === 'ms' ? [ms(of.ours), ms(of.platforms)] : [count(of.ours), count(of.platforms)];

export const onLatencies =
  'Latencies are not judged: the platform measures from the reading of a message, we measure the way there and back as well, and both processes’ waiting for a core.';

/** What the load cost both sides. */
export function costRows({
  connect,
  load,
  platform,
}: LoadRun): readonly (readonly [name: string, value: string])[] {
  const busy = Object.entries(platform.busy).map(
    ([thread, part]) => [`… its thread ${thread}, of a core`, cores(part)] as const,
  );
  const { connack } = connect;
  return [
    ['generator: CPU, cores', cores(load.generatorCpu)],
    ['platform: CPU, cores', cores(platform.cpu)],
    ...busy,
    ['platform: memory at the end, MiB', platform.memoryMiB === null ? '–' : count(platform.memoryMiB)],
    ['connected in, s', connect.seconds.toFixed(1)],
    ['connect → CONNACK p50 / p99, ms', `${ms(connack.p50Ms)} / ${ms(connack.p99Ms)}`],
  ];
}

/** What is left of the run. */
export function remainsOf({ options, prefix, remains }: LoadRun): string {
  if (options.keep)
    return `Its devices, places and people stand (${prefix}-…): gridbell sim load --clean takes them away.`;
  return `${count(remains.deleted)} devices, places and people of the run are deleted, ${count(remains.voidedTasks)} tasks void; its alarms, tasks and readings stay in history.`;
}
