import type { Registry } from 'prom-client';
import type { ApiFlows } from '#api/flows-port.ts';
import type { ApiNotify } from '#api/notify-port.ts';
import type { DeviceId, EpochMs, PlaceId, RuleId } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Command } from '#model/command.ts';
import type { Value } from '#model/reading.ts';
import type { Actor } from '#model/record.ts';
import type { Retention } from '#model/retention.ts';
import type { RuleProblem } from '#model/rule.ts';
import type { BacktestReport } from '#rules/backtest/report.ts';
import type { Downtime } from '#rules/engine/counted-time.ts';
import type { RuleCounts } from '#rules/engine/rule-counts.ts';
import type { StoredRule } from '#rules/engine/rule-set.ts';
import type { History, Purged } from '#store/history/history.ts';
import type { OpsReader } from '#store/ops/reader.ts';
import type { PhotoStore } from '#store/photos/photo-store.ts';

/** What happened, told after its transaction was committed. */
export type LiveEvent =
  | {
      readonly topic: 'alarms' | 'tasks' | 'device-commands';
      /** Number of the durable event; rising, none twice. */
      readonly seq: number;
      readonly at: EpochMs;
      readonly place: PlaceId;
      /** An `Alarm`, a `Task` or a `DeviceCommand` as it is after the event. */
      readonly body: unknown;
    }
  | {
      readonly topic: 'readings';
      /** Not durable: readings cannot be resumed, history has them. */
      readonly seq: number;
      readonly at: EpochMs;
      readonly place: PlaceId;
      readonly device: DeviceId;
      readonly property: string;
      readonly value: Value;
    };

/** The newest value of a property; `at`: when it was measured. */
export interface LatestValue {
  readonly value: Value;
  readonly at: EpochMs;
}

/** What the engine made of a rule; not valid: it stands with its problems and does nothing. */
export interface RuleStatus {
  readonly id: string;
  readonly version: number;
  readonly valid: boolean;
  readonly problems: readonly RuleProblem[];
  readonly counts: RuleCounts;
}

/** A file of the rules directory, as it was read last. */
export interface RuleFile {
  readonly name: string;
  /** What of it was not taken over, with line and column; a rule that is broken and new is kept all the same. */
  readonly problems: readonly RuleProblem[];
}

/** A rule, and the time that it is to be tried over: from ≤ t < to. */
export interface BacktestOrder {
  readonly rule: StoredRule;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** How history is looked after. */
export interface HistoryCare {
  readonly engine: 'duckdb' | 'influxdb';
  /** What waits for it; null: not known. */
  readonly behind: { readonly records: number; readonly oldestMs: number } | null;
  /** In the ops store: what waits for it, what it has and is kept until it is surely on its disk, and how much may be; null: not known. */
  readonly outbox: {
    readonly waitingBytes: number;
    readonly keptBytes: number;
    readonly mostBytes: number;
  } | null;
  /** The last time that it had less than it had acknowledged: how many readings were written again, of how many records they were not kept; null: never. */
  readonly wentBack: { readonly at: EpochMs; readonly again: number; readonly lost: number } | null;
  /** Readings that it could never store, since the start. */
  readonly rejected: number;
  /** Why it takes nothing over; null: it does. */
  readonly trouble: string | null;
  /** Where its files are; below `reserveBytes` of free space it takes nothing over. Null: elsewhere, or not known. */
  readonly disk: {
    readonly freeBytes: number;
    readonly totalBytes: number;
    readonly reserveBytes: number;
  } | null;
  /** The last time that it was asked to take out what is older than it is kept; null: not since the start. */
  readonly lastRetention: { readonly at: EpochMs; readonly removed: readonly Purged[] } | null;
}

/** What the API needs of the running platform; `app/` wires it. */
export interface ApiPlatform {
  readonly clock: ClockKind;
  /** The engine's now. */
  now(): EpochMs;
  /** When it heard nothing, oldest first: that is no silence of a device. */
  downtimes(): readonly Downtime[];
  /** Resolves with the outcome's value after commit; rejects with a GridbellError. */
  execute(actor: Actor, command: Command): Promise<unknown>;
  /** How often each of them spoke while nobody had claimed it, in their order. */
  unclaimedMessages(devices: readonly DeviceId[]): Promise<readonly number[]>;
  latest(device: DeviceId): Promise<Readonly<Record<string, LatestValue>>>;
  /** Newest last; why the rule did or did not act for this device. */
  trace(rule: RuleId, device: DeviceId): Promise<readonly unknown[]>;
  ruleStatus(): Promise<readonly RuleStatus[]>;
  /** Rejects with a GridbellError: when too many wait, when it took too much, when `signal` called it off. */
  backtest(order: BacktestOrder, signal: AbortSignal): Promise<BacktestReport>;
  /** When `counts` of rules began. */
  readonly countingSince: EpochMs;
  /** The files that rules are read from; null: there is no rules directory. */
  ruleFiles(): readonly RuleFile[] | null;
  /** How long history keeps what. */
  readonly retention: Retention;
  readonly history: Pick<
    History,
    | 'readings'
    | 'buckets'
    | 'heat'
    | 'measured'
    | 'series'
    | 'extent'
    | 'status'
    | 'holdings'
    | 'rebuild'
    | 'compact'
    | 'erase'
  >;
  historyCare(): HistoryCare;
  /** Where the boards are; null: nobody said. */
  readonly grafanaUrl: string | null;
  /** Live events after commit; answers with how to stop them. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  /** Told after each commit of readings that `reader.feed` has more; answers with how to stop it. */
  whenFed(waker: () => void): () => void;
  /** Told after each commit of changes of alarms and tasks that `reader.eventsAfter` has more; answers with how to stop it. */
  whenHappened(waker: () => void): () => void;
  /** Where devices connect. Throws GridbellError `not-ready` before the broker listens. */
  devicePorts(): { readonly mqtt: number; readonly mqttWs: number; readonly mqtts: number | null };
  /**
   * Takes what a device pushed over HTTP as it takes what is published; resolves when it is on disk. Rejects with a GridbellError:
   * `disk-full`, `too-many-requests`, `not-ready`.
   */
  deliver(delivery: {
    readonly device: DeviceId;
    readonly topic: string;
    readonly payload: Uint8Array;
  }): Promise<void>;
  /** A device account that may publish for all, for recordings. */
  grantReplay(): Promise<{ readonly username: string; readonly password: string; readonly mqttPort: number }>;
  /** How people are told. */
  readonly notify: ApiNotify;
  /** What integrators draw. */
  readonly flows: ApiFlows;
  health(): {
    readonly ready: boolean;
    readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
  };
  readonly metrics: Registry;
  /** The photos of tasks (store/photos). */
  readonly photos: Pick<PhotoStore, 'keep' | 'read' | 'refresh'>;
  /** The installation's key for tracking codes and the labels of places (api/reports). */
  readonly residentKey: Uint8Array;
  /** The installation's key for device tokens (model/secrets.ts). */
  readonly deviceTokenKey: Uint8Array;
}

/** What the API reads of the ops store. */
export type ApiReader = Pick<
  OpsReader,
  | 'credential'
  | 'account'
  | 'accounts'
  | 'session'
  | 'apiToken'
  | 'apiTokens'
  | 'get'
  | 'list'
  | 'all'
  | 'configuration'
  | 'alarms'
  | 'alarm'
  | 'tasks'
  | 'task'
  | 'standingAlarms'
  | 'alarmsStarted'
  | 'historyHash'
  | 'openTaskHeads'
  | 'openTasksOf'
  | 'ruleFigures'
  | 'figureTasks'
  | 'milestones'
  | 'taskSteps'
  | 'taskCalls'
  | 'quarantine'
  | 'quarantineBytes'
  | 'quarantineIds'
  | 'quarantineGroups'
  | 'feed'
  | 'position'
  | 'eventsAfter'
  | 'lastEventSeq'
  | 'eventFloor'
  | 'presence'
  | 'deviceCommand'
  | 'deviceCommands'
  | 'latest'
  | 'lastWord'
  | 'lastWords'
  | 'auditTrail'
  | 'ruleVersions'
  | 'ruleVersion'
  | 'lastRuleVersion'
  | 'standingRules'
  | 'ruleBases'
  | 'alarmsByRule'
  | 'alarmsPostedBy'
  | 'reports'
>;
