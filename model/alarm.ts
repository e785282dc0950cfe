import type {
  AlarmId,
  DeviceId,
  EpochMs,
  PlaceId,
  Position,
  ResidentId,
  RuleId,
  TaskId,
} from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import type { LocalText } from '#model/text.ts';

/** Most severe first. */
export const severities = ['critical', 'major', 'minor', 'warning'] as const;
export type Severity = (typeof severities)[number];
/** True when `a` is more severe than `b`. */
export const isMoreSevere = (a: Severity, b: Severity): boolean =>
  severities.indexOf(a) < severities.indexOf(b);

/** The most severe, the first of equals; undefined of none. */
export const worstOf = <A extends { readonly severity: Severity }>(alarms: readonly A[]): A | undefined =>
  alarms.reduce<A | undefined>(
    (found, alarm) => (found === undefined || isMoreSevere(alarm.severity, found.severity) ? alarm : found),
    undefined,
  );

export const dispositions = ['genuine', 'false', 'test', 'drill', 'nuisance'] as const;
export type Disposition = (typeof dispositions)[number];

/** A reading that decided, shown to people as the reason of the alarm. */
export interface Evidence {
  readonly property: string;
  readonly value: Value;
  readonly at: EpochMs;
}

/**
 * What became of an alarm between its beginning and its end: what people said of it, how severe it became, and that it
 * was proved wrong.
 */
export interface AlarmNote {
  readonly at: EpochMs;
  /** Account name or person id, `operator`, or `rule:ID`. */
  readonly actor: string;
  readonly action: 'acknowledged' | 'disposed' | 'severity' | 'revised';
  /** What it was disposed as, or how severe it became. */
  readonly to?: Disposition | Severity;
  readonly comment?: string;
}

/** What may become of an alarm, in one word: what programs that follow alarms choose by. `tasks`: it joined or left one. */
export const alarmChanges = [
  'raised',
  'severity',
  'acknowledged',
  'disposed',
  'revised',
  'cleared',
  'tasks',
] as const;
export type AlarmChange = (typeof alarmChanges)[number];

/** Why an alarm brought no task: nobody has claimed its device, or that is on probation (model/probation.ts). */
export const holds = ['unclaimed', 'probation'] as const;
export type Hold = (typeof holds)[number];

/** Of an alarm that somebody raised for a place, and for no device. */
export const noDevice = '' as DeviceId;

/** One episode of a rule for a key: it belongs to sensors; the task that people do is beside it (model/task.ts). */
export interface Alarm {
  readonly id: AlarmId;
  readonly rule: RuleId;
  readonly ruleVersion: number;
  /** What the rule watches: the device's id when the rule's key is `device`. */
  readonly key: string;
  /** `noDevice`: none. */
  readonly device: DeviceId;
  readonly place: PlaceId;
  readonly resident?: ResidentId;
  readonly category: string;
  readonly severity: Severity;
  readonly lifeSafety: boolean;
  readonly state: 'active' | 'cleared';
  readonly ack: boolean;
  readonly disposition?: Disposition;
  /** Event time: of the reading that began it, or when the timer (`for`, `silent-for`) ran out. */
  readonly startedAt: EpochMs;
  readonly clearedAt?: EpochMs;
  /** The reading was measured long before it arrived. */
  readonly receivedLate: boolean;
  /** A late reading proved it wrong. */
  readonly revised: boolean;
  /** The inbox record whose processing opened it. */
  readonly position: Position;
  readonly evidence: readonly Evidence[];
  readonly tasks: readonly TaskId[];
  /** Why it brought no task when it began; absent: nothing held it back, or not any more. */
  readonly held?: Hold;
  /** Oldest first, the newest of each sort; absent: none. The audit has all that people said. */
  readonly notes?: readonly AlarmNote[];
  /** No rule of the community raised it, but an account or API token did (model/posted-alarm.ts): `rule` is an id of their own. */
  readonly posted?: {
    readonly by: string;
    /** As it was given, to be filled in for who reads it. */
    readonly title?: LocalText;
  };
}

/** A gateway told of a danger in its retained state: no alarm, but somebody has to look (docs/contract.md, Retain). */
export interface ToVerify
  extends Pick<
    Alarm,
    | 'rule'
    | 'ruleVersion'
    | 'key'
    | 'device'
    | 'place'
    | 'resident'
    | 'category'
    | 'severity'
    | 'lifeSafety'
    | 'evidence'
    | 'position'
  > {
  readonly type: 'verify';
  /** Event time of the state. */
  readonly at: EpochMs;
}

/**
 * What the rules say to the tasks. Order is the order of the log. An `event` rule's alarm is raised with
 * `clearedAt = startedAt` already set and state cleared.
 */
export type AlarmTransition =
  | { readonly type: 'raised'; readonly alarm: Alarm; readonly at: EpochMs }
  | {
      readonly type: 'severity';
      readonly alarm: AlarmId;
      readonly severity: Severity;
      readonly at: EpochMs;
      readonly evidence: readonly Evidence[];
    }
  | { readonly type: 'cleared'; readonly alarm: AlarmId; readonly at: EpochMs }
  | { readonly type: 'revised'; readonly alarm: AlarmId; readonly at: EpochMs }
  | ToVerify;
