import type { FaultTally } from '#device-sim/faults/with-faults.ts';
import type { ExpectedAlarm } from '#device-sim/message.ts';
import type { AlarmComparison } from '#device-sim/run/compare-alarms.ts';
import type { RunSummary } from '#device-sim/run/run-options.ts';
import type { Verdict } from '#device-sim/run/verdict.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';

export interface RunReport {
  readonly community: string;
  readonly devices: number;
  readonly seed: number;
  readonly from: EpochMs;
  readonly summary: RunSummary;
  readonly verdict: Verdict;
}

export const describeRun = (report: RunReport, asJson: boolean): string =>
  asJson ? JSON.stringify(plain(report)) : lines(report).join('\n');

const speedOf = ({ messages, seconds }: RunSummary): number =>
  Math.round(messages / Math.max(seconds, 0.001));

/** Times as ISO 8601. */
const plain = ({ summary, verdict, ...report }: RunReport) => ({
  ...report,
  ...summary,
  from: iso(report.from),
  until: iso(summary.until),
  seconds: Number(summary.seconds.toFixed(3)),
  messagesPerSecond: speedOf(summary),
  quarantined: verdict.quarantined,
  repeats: verdict.repeats,
  isBinding: verdict.isBinding,
  alarms: {
    ...verdict.alarms,
    missing: verdict.alarms.missing.map(announced),
    withoutTask: verdict.alarms.withoutTask.map(announced),
  },
});

const announced = (alarm: ExpectedAlarm) => ({ ...alarm, from: iso(alarm.from), to: iso(alarm.to) });

function lines(report: RunReport): string[] {
  const { community, devices, from, seed, summary, verdict } = report;
  const { acknowledged, messages, reconnects, seconds, until } = summary;
  const simulated = (until - from) / 1_000;
  return [
    `fleet          ${devices} devices of ${community}, seed ${seed}`,
    `simulated      ${iso(from)} to ${iso(until)}, in ${seconds.toFixed(1)} s (${(simulated / Math.max(seconds, 0.001)).toPrecision(3)} times as fast as time)`,
    `messages       ${messages} (${acknowledged} acknowledged), ${speedOf(summary)} messages/s, ${reconnects} reconnects`,
    ...summary.faults.map(faultLine),
    `quarantine     ${verdict.quarantined.platform}, put in by faults ${verdict.quarantined.injected}`,
    `known already  ${verdict.repeats} dropped by the platform`,
    ...alarmLines(verdict.alarms),
    ...(verdict.isBinding
      ? []
      : ['               (a fault may have moved or swallowed alarms: --verify judges all the same)']),
  ];
}

const faultLine = ({ devices, injected, name, rate }: FaultTally): string =>
  `fault          ${name} ${rate} for ${devices} devices: ${
    Object.entries(injected)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ') || 'nothing'
  }`;

function alarmLines({ announced, came, missing, unannounced, withoutTask }: AlarmComparison): string[] {
  const window = ({ from, key, rule, scenario, to }: ExpectedAlarm): string =>
    `${rule} ${key} between ${iso(from)} and ${iso(to)} (${scenario})`;
  return [
    `alarms         ${came} came, ${announced} announced: ${
      missing.length + unannounced.length + withoutTask.length === 0 ? 'as announced' : 'NOT as announced'
    }`,
    ...missing.map((alarm) => `  missing      ${window(alarm)}`),
    ...withoutTask.map((alarm) => `  no task      ${window(alarm)}`),
    ...unannounced.map(({ key, rule, startedAt }) => `  unannounced  ${rule} ${key} at ${startedAt}`),
  ];
}
