import type { Alarm, Evidence, Severity } from '#model/alarm.ts';
import { type AlarmId, epochMs } from '#model/brand.ts';
import type { Sink } from '#rules/engine/sink.ts';

/** How an alarm became more or less severe, epoch ms. */
export interface SeverityChange {
  readonly severity: Severity;
  readonly evidence: readonly Evidence[];
  readonly at: number;
}

/** To whom the alarms of one rule and key are told. */
export interface Voice {
  /** What the snapshot calls it. */
  readonly name: string;
  /** `until`: when it was over, if that is known already; epoch ms. */
  raised(alarm: Alarm, until: number | null, sink: Sink): void;
  severity(alarm: AlarmId, change: SeverityChange, sink: Sink): void;
  cleared(alarm: AlarmId, at: number, sink: Sink): void;
  revised(alarm: AlarmId, at: number, sink: Sink): void;
}

/** To the tasks. */
export const loud: Voice = {
  name: 'loud',
  raised: (alarm, _until, sink) => {
    sink.tallies.of(alarm.rule).raised(alarm.startedAt, false);
    sink.transitions.push({ type: 'raised', alarm, at: alarm.startedAt });
  },
  severity: (alarm, { at, evidence, severity }, sink) =>
    sink.transitions.push({ type: 'severity', alarm, severity, at: epochMs(at), evidence }),
  cleared: (alarm, at, sink) => sink.transitions.push({ type: 'cleared', alarm, at: epochMs(at) }),
  revised: (alarm, at, sink) => sink.transitions.push({ type: 'revised', alarm, at: epochMs(at) }),
};

/** To nobody: the rule is on trial (`shadow`). */
export const silent: Voice = {
  name: 'silent',
  raised: (alarm, _until, sink) => sink.tallies.of(alarm.rule).raised(alarm.startedAt, true),
  severity: () => undefined,
  cleared: () => undefined,
  revised: () => undefined,
};
