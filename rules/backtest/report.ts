import type { Severity } from '#model/alarm.ts';
import type { DeviceId, EpochMs, PlaceId } from '#model/brand.ts';

/** Why an answer is less than the truth of then; docs/backtests.md says each in words. */
export const caveatCodes = [
  'no-data',
  'no-devices',
  'data-begins-later',
  'warm-up-cut',
  'too-many-alarms',
  'rule-changed',
  'rule-younger',
  'presence-unknown',
  'tasks-assumed',
  'places-of-today',
] as const;
export type CaveatCode = (typeof caveatCodes)[number];

export interface Caveat {
  readonly code: CaveatCode;
  readonly detail: string;
}

/** How many, and how many of them between 22:00 and 06:00 in the community's zone. */
export interface Tally {
  readonly count: number;
  readonly night: number;
}

export interface DayTally {
  /** `2026-01-31`, by the community's calendar. */
  readonly date: string;
  readonly alarms: Tally;
  readonly tasks: Tally;
}

/** An alarm that there would have been. */
export interface ListedAlarm {
  readonly key: string;
  readonly device: DeviceId;
  readonly place: PlaceId;
  readonly severity: Severity;
  readonly startedAt: EpochMs;
  /** Null: it stood at the end. */
  readonly clearedAt: EpochMs | null;
  readonly receivedLate: boolean;
  readonly revised: boolean;
  /** What it brings: a task of its own, a place in one that stands, or nothing (the rule has no task). */
  readonly task: 'own' | 'joined' | null;
  /** Whether the rule in force raised it then; null: there is nothing to compare with. */
  readonly raisedThen: boolean | null;
}

/** What the rule in force raised in that time, beside what this one would have. */
export interface Comparison {
  readonly raised: number;
  readonly same: number;
  /** Only now. */
  readonly new: number;
  /** Only then. */
  readonly gone: number;
  /** The last of them. */
  readonly goneAlarms: readonly {
    readonly id: string;
    readonly key: string;
    readonly device: DeviceId;
    readonly startedAt: EpochMs;
    readonly clearedAt: EpochMs | null;
  }[];
}

/** What a rule would have done in from ≤ t < to. Counts are complete; lists are bounded, newest first. */
export interface BacktestReport {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Before `to` when there were too many alarms to go on. */
  readonly endedAt: EpochMs;
  readonly timezone: string;
  readonly data: {
    readonly since: EpochMs | null;
    readonly heardFrom: EpochMs;
    /** How long before `from` it wanted to hear readings, ms. */
    readonly warmUpMs: number;
    readonly readings: number;
    readonly devices: number;
  };
  readonly alarms: Tally & {
    readonly severities: Readonly<Record<Severity, number>>;
    readonly receivedLate: number;
    readonly revised: number;
    /** At the end. */
    readonly standing: number;
    /** Of those that ended, ms. */
    readonly stoodMs: { readonly median: number; readonly longest: number } | null;
  };
  /** Null: the rule wants none. */
  readonly tasks: (Tally & { readonly joined: number; readonly toVerify: number }) | null;
  readonly days: readonly DayTally[];
  /** Alarms by the hour of the day in which they began, 24 of them. */
  readonly hours: readonly number[];
  /** Most alarms first. */
  readonly devices: readonly {
    readonly device: DeviceId;
    readonly place: PlaceId;
    readonly alarms: number;
  }[];
  readonly places: readonly { readonly place: PlaceId; readonly alarms: number }[];
  readonly list: readonly ListedAlarm[];
  readonly compared: Comparison | null;
  readonly caveats: readonly Caveat[];
}
