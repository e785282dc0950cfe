import type { LatestValue } from '#app/engine/latest-values.ts';
import type { OutboxSize } from '#app/engine/outbox-bound.ts';
import type { CommandOutcome } from '#app/engine/outlet.ts';
import type { HandoverStats } from '#app/history/handover.ts';
import type { TakeOverStats } from '#app/history/take-over.ts';
import type { WorkFollowerStats } from '#app/history/work-follower.ts';
import type { LogLine } from '#app/threads/forwarding-log.ts';
import type { ThreadVitals } from '#app/threads/thread-vitals.ts';
import type { BrokerStats } from '#broker/broker.ts';
import type { Delivery } from '#broker/deliveries.ts';
import type { InboxStats } from '#broker/inbox/inbox-writer.ts';
import type { DeviceId, EpochMs, Position } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { DurationCounts } from '#model/counting.ts';
import type { HistoryErasure } from '#model/history-erasure.ts';
import type { Quarantined } from '#model/quarantine.ts';
import type { Reading } from '#model/reading.ts';
import type { ReceivedReadings } from '#model/received.ts';
import type { InboxRecord } from '#model/record.ts';
import type { StreamEvent } from '#model/stream.ts';
import type { BacktestReport } from '#rules/backtest/report.ts';
import type { Downtime } from '#rules/engine/counted-time.ts';
import type { RuleCounts } from '#rules/engine/rule-counts.ts';
import type { StoredRule } from '#rules/engine/rule-set.ts';
import type {
  BucketAnswer,
  BucketQuery,
  ContextChange,
  ContextQuery,
  Erasure,
  Extent,
  HeatAnswer,
  HeatQuery,
  HistoryStatus,
  Holdings,
  MeasuredQuery,
  Page,
  Purged,
  PurgeOrder,
  RawQuery,
  ReceivedQuery,
  SeriesName,
} from '#store/history/history.ts';

/**
 * Who says what to whom between the threads. Types, not interfaces: a Peer wants index signatures.
 * Flow of a reading: broker → engine (`committed`) → history (`available`) → engine (`stored`).
 */
export type FromBrokerToEngine = {
  /** Records up to here are on disk. */
  committed: (position: Position) => void;
  /** Room on the disk is tight: take a snapshot, so that the inbox can be trimmed. */
  saveRoom: (input: null) => void;
};

export type FromEngineToBroker = {
  /** Append a tick when this time has come and nothing else did; null: nothing waits (system clock only). */
  wakeAt: (due: EpochMs | null) => void;
  disconnectDevices: (devices: readonly DeviceId[]) => void;
  /** The engine has processed records up to here. */
  reached: (position: Position) => void;
  /** Commands to these devices have changed in the ops store. */
  deviceCommands: (devices: readonly DeviceId[]) => void;
  /** The segment that begins there is damaged and is to be mended: begin a new one. */
  leaveSegment: (first: Position) => void;
  /** Why only what is vital may come in, although the disk has room; null: all may. */
  holdBack: (reason: string | null) => void;
  /** Nobody needs records up to here any more. */
  trim: (position: Position) => void;
};

export type FromEngineToHistory = { available: (input: null) => void };
/** Up to where batches may go; and what is to be kept of handing them over to a server elsewhere: the state by its target. */
export interface Stored {
  readonly position: Position;
  readonly handover: { readonly target: string; readonly state: string } | null;
}

export type FromHistoryToEngine = {
  stored: (stored: Stored) => void;
  /** What was ordered is erased. */
  erased: (erasures: readonly HistoryErasure[]) => void;
  /** What was ordered before a crash, or while history was away, is erased: the store is written anew, too. */
  erasedLate: (erasures: readonly HistoryErasure[]) => void;
  /** Readings that history can never store: resolves when they are in quarantine, once, however often they are told. */
  refused: (entries: readonly Quarantined[]) => Promise<void>;
};

export interface BrokerPorts {
  readonly mqtt: number;
  readonly mqttWs: number;
  readonly mqtts: number | null;
}

export type BrokerOffers = {
  append: (record: InboxRecord) => Promise<Position>;
  /** What a device pushed over HTTP; resolves when it is on disk. */
  deliver: (delivery: Delivery) => Promise<void>;
  /** Begins to take connections. */
  listen: (input: null) => Promise<BrokerPorts>;
  /** Closes all connections; the inbox stays open for commands. */
  quiet: (input: null) => Promise<void>;
  /** Appends the stop record and closes the inbox; answers its position. */
  stop: (input: null) => Promise<Position>;
  /** Ends the thread, after `stop`. */
  end: (input: null) => void;
  grant: (input: { username: string; password: string }) => void;
  stats: (input: null) => BrokerThreadStats;
};

export interface BrokerThreadStats {
  readonly inboxPosition: Position;
  readonly inbox: InboxStats;
  /** Records on disk since the start, by type. */
  readonly records: Counts;
  /** Messages on disk since the start, by QoS: each is or will be acknowledged (QoS 0 is not). */
  readonly messages: Counts;
  /** Corrections of the machine's clock that were followed. */
  readonly clockSteps: number;
  readonly thread: ThreadVitals;
  /** Absent until the broker listens. */
  readonly broker: BrokerStats | null;
}

/** Failures that nobody has dealt with yet. */
export interface OpenFailures {
  /** Messages in quarantine that Gridbell failed at: until they are replayed or discarded, across restarts. */
  readonly inQuarantine: number;
  /** Records that are kept nowhere (a tick, a connection): until the next start. */
  readonly lost: number;
  /** Parts of the inbox that were set aside since the start: until inbox/damaged is empty. */
  readonly damaged: number;
}

/** Positions are 0 and `now` is null until the first engine could be built. */
export interface EngineStats {
  readonly position: Position;
  readonly committed: Position;
  readonly snapshot: Position;
  readonly now: EpochMs | null;
  /** When Gridbell was down, oldest first. */
  readonly downtimes: readonly Downtime[];
  /** Records passed over and parts of the inbox set aside since the start: it only grows. */
  readonly failures: number;
  readonly openFailures: OpenFailures;
  readonly outbox: OutboxSize;
  /** Why nothing can be committed at the moment; null: it can. */
  readonly blocked: string | null;
  readonly work: WorkTotals;
  readonly commits: DurationCounts;
  readonly snapshots: DurationCounts;
  readonly snapshotBytes: number;
  /** Times that the engine was built again from what is durable. */
  readonly rebuilds: number;
  readonly rules: {
    readonly active: number;
    readonly broken: number;
    readonly waiting: number;
    /** By rule, since the engine was built. */
    readonly counts: Readonly<Record<string, RuleCounts>>;
  };
  readonly thread: ThreadVitals;
}

type Counts = Readonly<Record<string, number>>;

/** What was committed since the start. */
export interface WorkTotals {
  readonly decoded: Counts;
  readonly quarantined: Counts;
  readonly repeats: Counts;
  readonly readings: number;
  readonly observations: number;
  readonly transitions: Counts;
  readonly alarmsRaised: Counts;
  readonly alarmsCleared: Counts;
  readonly tasksRaised: Counts;
  readonly taskSteps: Counts;
  /** Commands to devices, by the state that they came into. */
  readonly deviceCommands: Counts;
  /** Devices' replies to them, by what became of them. */
  readonly replies: Counts;
  /** Alarms raised and cleared from outside, by what became of it. */
  readonly posts: Counts;
}

export interface HistoryStats {
  readonly takeOver: TakeOverStats;
  /** Of a server elsewhere; null: history is a file of ours. */
  readonly handover: HandoverStats | null;
  /** Of what happened to alarms and tasks, for boards; null: nobody wants it. */
  readonly work: WorkFollowerStats | null;
  /** Null: it is not open. */
  readonly status: HistoryStatus | null;
  /** Looking for closed days, those that were found sorted. */
  readonly upkeep: DurationCounts;
  readonly failedUpkeeps: number;
  readonly thread: ThreadVitals;
}

export type EngineOffers = {
  latest: (device: DeviceId) => Readonly<Record<string, LatestValue>>;
  /** How often each of them spoke while nobody had claimed it, in their order. */
  unclaimedMessages: (devices: readonly DeviceId[]) => readonly number[];
  trace: (input: { rule: string; device: string }) => readonly unknown[];
  ruleStatus: (
    input: null,
  ) => readonly { id: string; version: number; valid: boolean; problems: readonly unknown[] }[];
  stats: (input: null) => EngineStats;
  /** Whether anybody wants readings live. */
  wantReadings: (wanted: boolean) => void;
  /** After an erasure: commits what waits and writes the ops store anew, without what was deleted. Throws when it cannot. */
  writeStoreAnew: (input: null) => void;
  /** Resolves when everything up to `position` is applied and committed, with a snapshot. */
  drain: (position: Position) => Promise<void>;
  stop: (input: null) => void;
};

export type HistoryOffers = {
  readings: (query: RawQuery) => Promise<Page>;
  buckets: (query: BucketQuery) => Promise<BucketAnswer>;
  heat: (query: HeatQuery) => Promise<HeatAnswer>;
  count: (device: DeviceId | null) => Promise<number>;
  extent: (input: null) => Promise<Extent | null>;
  properties: (input: null) => Promise<readonly string[]>;
  purge: (order: PurgeOrder) => Promise<readonly Purged[]>;
  /** Waits for what is committed and not taken over yet. */
  erase: (subjects: readonly string[]) => Promise<Erasure>;
  rebuild: (input: null) => Promise<void>;
  compact: (input: null) => Promise<void>;
  status: (input: null) => Promise<HistoryStatus>;
  holdings: (recentFrom: EpochMs) => Promise<Holdings>;
  context: (query: ContextQuery) => Promise<readonly ContextChange[]>;
  /** Begins to read what was received; waits for what is committed and not taken over yet. */
  openReceived: (query: ReceivedQuery) => Promise<OpenReceived>;
  /** The same of what was measured. */
  openMeasured: (query: MeasuredQuery) => Promise<OpenReceived>;
  /** Waits as well. */
  series: (devices: readonly DeviceId[]) => Promise<readonly SeriesName[]>;
  /** The next batch; null: that was all. */
  nextReceived: (id: number) => Promise<ReceivedReadings | null>;
  closeReceived: (id: number) => void;
  stats: (input: null) => Promise<HistoryStats>;
  /** For tests and maintenance: no batch is taken over until `resume`. */
  pause: (input: null) => void;
  resume: (input: null) => void;
  maintain: (input: null) => Promise<void>;
  stop: (input: null) => Promise<void>;
};

export interface OpenReceived {
  readonly id: number;
  readonly series: readonly SeriesName[];
}

/** A rule and the time that it is to be tried over. */
export interface BacktestOrder {
  readonly rule: StoredRule;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly clock: ClockKind;
  readonly downtimes: readonly Downtime[];
}

/** A thread that lives for one backtest. */
export type BacktestOffers = { run: (order: BacktestOrder) => Promise<BacktestReport> };

/** What it asks the main thread for: the history, which only one thread may open. */
export type BacktestAsks = Pick<HistoryOffers, 'extent' | 'context' | 'openReceived' | 'nextReceived'>;

/** What the threads tell the main thread unasked. */
export type MainOffers = {
  log: (line: LogLine) => void;
  ready: (input: null) => void;
  outcomes: (outcomes: readonly CommandOutcome[]) => void;
  events: (events: readonly StreamEvent[]) => void;
  readings: (readings: readonly Reading[]) => void;
  /** Readings are committed. */
  fed: (input: null) => void;
  /** The configuration has devices that no command added. */
  foundDevices: (input: null) => void;
};
