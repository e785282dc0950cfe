import type { LatencySummary } from '#device-sim/load/latencies.ts';
import {
  histogramPercentile,
  histogramSince,
  type PlatformFigures,
  type PlatformHistogram,
} from '#device-sim/load/platform-figures.ts';

/**
 * `unanswered`: the platform has more, but not more than was sent. `shown`: they measure other stretches of the way, so that
 * a difference is no contradiction.
 */
export const agreementVerdicts = ['same', 'within', 'unanswered', 'apart', 'shown'] as const;
export type AgreementVerdict = (typeof agreementVerdicts)[number];

/** One figure of ours beside the same one of the platform. */
export interface Comparison {
  readonly name: string;
  readonly unit: 'msg' | 'readings' | 'alarms' | 'tasks' | 'ms';
  readonly ours: number;
  readonly platforms: number;
  /** Of the platform's from ours. */
  readonly differencePercent: number;
  readonly verdict: AgreementVerdict;
}

/** What a load counted itself. */
export interface OwnCounts {
  readonly sent: number;
  readonly acknowledged: number;
  /** In the messages that were acknowledged. */
  readonly readings: number;
  /** Detectors whose smoke was acknowledged. */
  readonly alarms: number;
  /** Seen on the stream. */
  readonly tasks: number;
  readonly service: LatencySummary;
  /** Null: nothing was to sound. */
  readonly task: LatencySummary | null;
}

/** Scrapes of a run: before its first message, when measuring began, and when all of it was through. */
export interface RunFigures {
  readonly before: PlatformFigures;
  readonly measuredFrom: PlatformFigures;
  readonly after: PlatformFigures;
}

/** Others may talk to the platform at the same time: counts may differ by so much of ours. */
export const toleratedPercent = 5;

const acknowledge = 'gridbell_mqtt_acknowledge_duration_seconds';
const streamDelay = 'gridbell_stream_delay_seconds';

/** All comparisons that this platform's metrics allow. */
export function compareWithPlatform(ours: OwnCounts, figures: RunFigures): readonly Comparison[] {
  const since = (sample: string): number => figures.after.get(sample) - figures.before.get(sample);
  // What was sent and not acknowledged may be there or not.
  const mayBeMore = ours.sent / Math.max(1, ours.acknowledged);
  const count = (
    name: string,
    unit: Comparison['unit'],
    sample: string,
    own: number,
  ): readonly Comparison[] =>
    figures.after.has(sample)
      ? [compareCounts({ name, unit, ours: own, platforms: since(sample) }, own * mayBeMore)]
      : [];
  return [
    ...count('acknowledged', 'msg', 'gridbell_mqtt_messages_total{qos="1"}', ours.acknowledged),
    ...count('taken by the engine', 'readings', 'gridbell_readings_total', ours.readings),
    ...count('in history', 'readings', 'gridbell_history_readings_total', ours.readings),
    ...count('raised', 'alarms', 'gridbell_alarms_raised_total{severity="critical"}', ours.alarms),
    ...count('opened', 'tasks', 'gridbell_tasks_raised_total{severity="critical"}', ours.tasks),
    ...compareLatencies('sent → PUBACK', ours.service, durations(figures, acknowledge)),
    ...compareLatencies('publish → task', ours.task, durations(figures, streamDelay, 'topic="tasks"')),
  ];
}

/** Why they do not agree, in one line; null: they do. */
export function contradiction(comparisons: readonly Comparison[]): string | null {
  const apart = comparisons
    .filter(({ verdict }) => verdict === 'apart')
    .map(({ name, ours, platforms, unit }) => `${name}: ${ours} ${unit} by us, ${platforms} by the platform`);
  return apart.length === 0 ? null : apart.join('; ');
}

/** What was acknowledged to us must be there; what is there beside it is what was not, up to `atMost`, or others'. */
function compareCounts(of: Omit<Comparison, 'differencePercent' | 'verdict'>, atMost: number): Comparison {
  const { ours, platforms } = of;
  const differencePercent = differenceOf(ours, platforms);
  const verdict = (): AgreementVerdict => {
    if (platforms === ours) return 'same';
    if (platforms < ours) return 'apart';
    if (differencePercent <= toleratedPercent) return 'within';
    return platforms <= atMost ? 'unanswered' : 'apart';
  };
  return { ...of, differencePercent, verdict: verdict() };
}

function compareLatencies(
  name: string,
  ours: LatencySummary | null,
  theirs: PlatformHistogram | null,
): readonly Comparison[] {
  if (theirs === null || theirs.count === 0 || ours === null || ours.count === 0) return [];
  const row = (which: string, own: number, platforms: number): Comparison => ({
    name: `${name}, ${which}`,
    unit: 'ms',
    ours: own,
    platforms,
    differencePercent: differenceOf(own, platforms),
    verdict: 'shown',
  });
  return [
    row('mean', ours.meanMs, (theirs.sum / theirs.count) * 1_000),
    row('p50', ours.p50Ms, histogramPercentile(theirs, 50)),
    row('p99', ours.p99Ms, histogramPercentile(theirs, 99)),
  ];
}

const durations = ({ after, measuredFrom }: RunFigures, name: string, labels = '') =>
  histogramSince(measuredFrom.histogram(name, labels), after.histogram(name, labels));

const differenceOf = (ours: number, platforms: number): number =>
  ours === platforms ? 0 : ((platforms - ours) / (ours || 1)) * 100;
