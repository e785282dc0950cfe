import type { DatabaseSync } from 'node:sqlite';
import type { Alarm } from '#model/alarm.ts';
import {
  type AlarmId,
  type EpochMs,
  epochMs,
  type PersonId,
  type PlaceId,
  type Position,
  position,
  type TaskId,
} from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Account, ApiToken, ResourceChange, ResourceName } from '#model/command.ts';
import type { Stored } from '#model/configuration.ts';
import type { Notice } from '#model/notice.ts';
import type { Quarantined } from '#model/quarantine.ts';
import type { Reading } from '#model/reading.ts';
import type { Actor, PresenceCause } from '#model/record.ts';
import type { RuleVersion } from '#model/rule-version.ts';
import type { StreamEvent } from '#model/stream.ts';
import type { TaskHistoryEntry } from '#model/task.ts';
import type { HistoryBatch } from '#store/history/history.ts';
import { type AuditEntry, AuditRows } from '#store/ops/audit-rows.ts';
import { DeviceCommandRows } from '#store/ops/device-command-rows.ts';
import { DeviceRows } from '#store/ops/device-rows.ts';
import { ErasureRows } from '#store/ops/erasure-rows.ts';
import { FeedRows } from '#store/ops/feed-rows.ts';
import { MemoryRows } from '#store/ops/memory-rows.ts';
import { NoticeRows } from '#store/ops/notice-rows.ts';
import { OutboxRows } from '#store/ops/outbox-rows.ts';
import { PostRows } from '#store/ops/post-rows.ts';
import { clockOf, ProgressRows } from '#store/ops/progress-rows.ts';
import { type KeptQuarantined, QuarantineRows } from '#store/ops/quarantine-rows.ts';
import { ReportRows } from '#store/ops/report-rows.ts';
import { ResourceRows } from '#store/ops/resource-rows.ts';
import { RuleVersionRows } from '#store/ops/rule-version-rows.ts';
import { SessionRows } from '#store/ops/session-rows.ts';
import { StateRows } from '#store/ops/state-rows.ts';
import { StreamRows } from '#store/ops/stream-rows.ts';
import { type Timer, TimerRows } from '#store/ops/timer-rows.ts';
import { ToldRows } from '#store/ops/told-rows.ts';
import { TurnRows } from '#store/ops/turn-rows.ts';
import { type HistoryTail, type OpenTaskFilter, type TaskRecord, WorkRows } from '#store/ops/work-rows.ts';

/** Who changes a resource, and why: kept with the versions of rules. */
export interface ChangedBy {
  readonly actor: Actor;
  readonly reason: string;
}
const unnamed: ChangedBy = { actor: { kind: 'system', id: 'system' }, reason: '' };

/**
 * The engine's side of the ops store, its only writer. Everything is synchronous; what happens between `begin` and
 * `commit` is seen by others, and survives a crash, whole or not at all. Fits tasks/ports.ts `TaskStore` by shape.
 */
export class OpsWriter {
  readonly #connection: DatabaseSync;
  readonly #progress: ProgressRows;
  readonly #resources: ResourceRows;
  readonly #ruleVersions: RuleVersionRows;
  readonly #work: WorkRows;
  readonly #timers: TimerRows;
  readonly #turns: TurnRows;
  readonly #stream: StreamRows;
  readonly #notices: NoticeRows;
  readonly #told: ToldRows;
  readonly #state: StateRows;
  readonly #quarantine: QuarantineRows;
  readonly #outbox: OutboxRows;
  /** Readings for those who follow them, within the transaction that is open. */
  readonly feed: FeedRows;
  /** What the engine remembers, within the transaction that is open. */
  readonly memory: MemoryRows;
  /** What history is to erase, within the transaction that is open. */
  readonly erasures: ErasureRows;
  readonly #devices: DeviceRows;
  /** Commands to devices, within the transaction that is open. */
  readonly deviceCommands: DeviceCommandRows;
  /** Reports of residents and photos of tasks, within the transaction that is open. */
  readonly reports: ReportRows;
  /** What was asked for from outside, within the transaction that is open. */
  readonly posts: PostRows;
  readonly #sessions: SessionRows;
  readonly #audit: AuditRows;

  /** For `openOpsWriter`: the connection is migrated and becomes the writer's own. */
  constructor(connection: DatabaseSync, quarantineKey: Uint8Array) {
    this.#connection = connection;
    this.#progress = new ProgressRows(connection);
    this.#resources = new ResourceRows(connection);
    this.#ruleVersions = new RuleVersionRows(connection);
    this.#work = new WorkRows(connection);
    this.#timers = new TimerRows(connection);
    this.#turns = new TurnRows(connection);
    this.#stream = new StreamRows(connection);
    this.#notices = new NoticeRows(connection);
    this.#told = new ToldRows(connection);
    this.#state = new StateRows(connection);
    this.#quarantine = new QuarantineRows(connection, quarantineKey);
    this.#outbox = new OutboxRows(connection);
    this.feed = new FeedRows(connection);
    this.memory = new MemoryRows(connection);
    this.erasures = new ErasureRows(connection);
    this.#devices = new DeviceRows(connection);
    this.deviceCommands = new DeviceCommandRows(connection);
    this.reports = new ReportRows(connection);
    this.posts = new PostRows(connection);
    this.#sessions = new SessionRows(connection);
    this.#audit = new AuditRows(connection);
  }

  /** Throws when a transaction is open already. */
  begin(): void {
    this.#connection.exec('begin immediate');
  }
  /** When it returns, all of it is on disk. When it throws (disk full), nothing is: call `rollback`. */
  commit(): void {
    this.#connection.exec('commit');
  }
  /** Undoes everything since `begin`; without a transaction nothing happens, since SQLite ends some by itself. */
  rollback(): void {
    if (this.#connection.isTransaction) this.#connection.exec('rollback');
    this.#outbox.rolledBack();
    this.feed.rolledBack();
  }
  /**
   * Writes the whole file anew, without the bytes of what was deleted or does not count any more; not within a transaction,
   * nor while a snapshot is being put. Takes about a second for 100 MB. Throws when the disk has no room for it a second time:
   * nothing that counts is lost then.
   */
  writeAnew(): void {
    this.memory.settle();
    this.#connection.exec('vacuum; pragma wal_checkpoint(truncate)');
  }
  close(): void {
    this.#connection.close();
  }

  /** The last inbox record whose effects are in here; 0 at the beginning. */
  position(): Position {
    return position(this.#progress.get('position') ?? 0);
  }
  setPosition(at: Position): void {
    this.#progress.put('position', at);
  }
  /** The inbox record after which `memory` is as it was then; 0 at the beginning. */
  snapshotPosition(): Position {
    return position(this.#progress.get('snapshot-position') ?? 0);
  }
  setSnapshotPosition(at: Position): void {
    this.#progress.put('snapshot-position', at);
  }
  engineNow(): EpochMs | undefined {
    const at = this.#progress.get('engine-now');
    return at === undefined ? undefined : epochMs(at);
  }
  setEngineNow(at: EpochMs): void {
    this.#progress.put('engine-now', at);
  }

  /** The clock that the engine ran on last; undefined before its first start. */
  clock(): ClockKind | undefined {
    return clockOf(this.#progress);
  }
  /** Which clock the engine runs on, for who opens the store without a platform. */
  setClock(clock: ClockKind): void {
    this.#progress.put('data-clock', clock === 'data' ? 1 : 0);
  }

  /** Everything but accounts, tokens and credentials. */
  resources(): Iterable<Stored> {
    return this.#resources.everything();
  }
  resource<Name extends ResourceName>(resource: Name, id: string): Stored<Name> | undefined {
    return this.#resources.get(resource, id);
  }
  /** What stands then, its version one higher; null for a delete. An account without a password keeps its own. */
  applyChange(change: ResourceChange, at: EpochMs, by: ChangedBy = unnamed): Stored | null {
    if (change.op === 'delete' && change.resource === 'device') this.#devices.forget(change.id);
    const stored = this.#resources.apply(change, at);
    if (change.resource === 'rule')
      this.#ruleVersions.note(change.id, { at, ...by }, change.op === 'put' ? change.body : null);
    return stored;
  }
  /** The newest first: what stands, or its deletion, and what was before it. */
  lastRuleVersions(rule: string, limit: number): readonly RuleVersion[] {
    return this.#ruleVersions.page(rule, { limit }).items;
  }
  accounts(): readonly Account[] {
    return this.#resources.all('account').map(({ body }) => body);
  }
  account(id: string): Account | undefined {
    return this.#resources.get('account', id)?.body;
  }
  apiTokenById(id: string): ApiToken | undefined {
    return this.#resources.get('api-token', id)?.body;
  }

  /** What few parts keep between starts. Read it to its end before anything is written. */
  state(component: string): Iterable<readonly [key: string, state: string]> {
    return this.#state.of(component);
  }
  putState(component: string, key: string, state: string | null): void {
    this.#state.put(component, key, state);
  }

  /** Its id. */
  putQuarantined(quarantined: Quarantined): number {
    return this.#quarantine.put(quarantined);
  }
  /** False: it is there already, and held. */
  putRefused(quarantined: Quarantined): boolean {
    return this.#quarantine.putOnce(quarantined);
  }
  /** All of a device. */
  forgetQuarantined(device: string): void {
    this.#quarantine.forget(device);
  }
  isQuarantined(quarantined: Quarantined): boolean {
    return this.#quarantine.has(quarantined);
  }
  quarantinedById(id: number): KeptQuarantined | undefined {
    return this.#quarantine.byId(id);
  }
  markReplayed(id: number, at: EpochMs): void {
    this.#quarantine.markReplayed(id, at);
  }
  markDiscarded(id: number, at: EpochMs): void {
    this.#quarantine.markDiscarded(id, at);
  }
  /** Messages in quarantine that Gridbell failed at and that nobody has read again or put away. */
  heldFaults(): number {
    return this.#quarantine.faults();
  }

  putHistoryBatch(batch: HistoryBatch): void {
    this.#outbox.put(batch);
  }
  /** Bytes of the batches that wait for history. */
  outboxBytes(): number {
    return this.#outbox.bytes();
  }
  /** What these said is not for history any more, nor again. */
  eraseHistoryBatches(subjects: readonly string[]): void {
    this.#outbox.erase(subjects);
  }
  deleteHistoryBatches(upTo: Position): void {
    this.#outbox.deleteUpTo(upTo);
  }

  /** A reading that is older than the one that stands changes nothing. */
  putLatest(readings: Iterable<Reading>): void {
    this.#devices.putLatest(readings);
  }
  /** Of one device. */
  forgetLatest(device: string): void {
    this.#devices.forgetLatest(device);
  }
  /** Of all devices and properties; to be read to the end before anything is written. */
  latestReadings(): Iterable<Reading> {
    return this.#devices.allLatest();
  }
  isOnline(device: string): boolean | undefined {
    return this.#devices.presence(device)?.online;
  }
  putPresence(device: string, online: boolean, at: EpochMs, cause: PresenceCause): void {
    this.#devices.putPresence({ device, online, at, cause });
  }

  /** Drops those that have expired at `at`. */
  openSession(tokenHash: string, account: string, expiresAt: EpochMs, at: EpochMs): void {
    this.#sessions.open({ tokenHash, account, expiresAt, openedAt: at });
  }
  closeSession(tokenHash: string): void {
    this.#sessions.close(tokenHash);
  }
  closeSessionsOf(account: string): void {
    this.#sessions.closeAllOf(account);
  }

  audit(entry: AuditEntry): void {
    this.#audit.append(entry);
  }

  alarm(id: AlarmId): Alarm | undefined {
    return this.#work.alarm(id);
  }
  putAlarm(alarm: Alarm): void {
    this.#work.putAlarm(alarm);
  }
  task(id: TaskId): TaskRecord | undefined {
    return this.#work.task(id);
  }
  putTask(task: TaskRecord): void {
    this.#work.putTask(task);
  }
  historyTail(task: TaskId, limit: number): HistoryTail {
    return this.#work.historyTail(task, limit);
  }
  appendHistory(task: TaskId, entry: TaskHistoryEntry): void {
    this.#work.appendHistory(task, entry);
  }
  history(task: TaskId): readonly TaskHistoryEntry[] {
    return this.#work.history(task);
  }
  openTasks(filter: OpenTaskFilter): readonly TaskRecord[] {
    return this.#work.openTasks(filter);
  }
  countOpen(assignee: PersonId): number {
    return this.#work.countOpen(assignee);
  }
  whereabouts(assignee: PersonId): PlaceId | undefined {
    return this.#work.whereabouts(assignee);
  }
  lastTurn(list: string, person: PersonId): EpochMs | undefined {
    return this.#turns.last(list, person);
  }
  putTurn(list: string, person: PersonId, at: EpochMs): void {
    this.#turns.put(list, person, at);
  }
  putTimer(timer: Timer): void {
    this.#timers.put(timer);
  }
  deleteTimer(id: string): void {
    this.#timers.delete(id);
  }
  nextTimer(): Timer | undefined {
    return this.#timers.next();
  }
  allTimers(): readonly Timer[] {
    return this.#timers.all();
  }

  emit(event: Omit<StreamEvent, 'seq'>): void {
    this.#stream.emit(event);
  }
  /** For the live stream: to be asked after the commit, else it tells what may yet be undone. */
  emittedSince(seq: number): readonly StreamEvent[] {
    return this.#stream.after(seq, -1);
  }
  /** 0 when nothing was ever emitted. */
  lastEventSeq(): number {
    return this.#stream.last();
  }
  trimEvents(keepNewest: number): void {
    this.#stream.trim(keepNewest);
  }

  putNotice(notice: Omit<Notice, 'seq'>): void {
    this.#notices.put(notice);
  }
  toldUntil(series: string, person: PersonId): EpochMs | undefined {
    return this.#told.until(series, person);
  }
  putToldUntil(series: string, person: PersonId, until: EpochMs): void {
    this.#told.put(series, person, until);
  }
  trimNotices(keepNewest: number): void {
    this.#notices.trim(keepNewest);
  }
}
