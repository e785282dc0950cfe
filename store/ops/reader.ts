import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Alarm } from '#model/alarm.ts';
import {
  type AlarmId,
  type EpochMs,
  type PersonId,
  type Position,
  position,
  type TaskId,
} from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Account, ApiToken, ResourceChange, ResourceName } from '#model/command.ts';
import type { Community, Device } from '#model/community.ts';
import { Configuration, type Stored } from '#model/configuration.ts';
import type { DeviceCommand } from '#model/device-command.ts';
import type { Notice } from '#model/notice.ts';
import type { RuleVersion } from '#model/rule-version.ts';
import type { StreamEvent } from '#model/stream.ts';
import type { Task } from '#model/task.ts';
import type { TaskMilestones } from '#model/task-milestones.ts';
import type { HistoryBatch } from '#store/history/history.ts';
import { type AlarmFilter, listAlarms } from '#store/ops/alarm-list.ts';
import { listAudit } from '#store/ops/audit-list.ts';
import type { AuditEntry } from '#store/ops/audit-rows.ts';
import { BoardRows, type StandingAlarm, type StartedAlarms } from '#store/ops/board-rows.ts';
import { CountRows, type Counts } from '#store/ops/count-rows.ts';
import { DeviceCommandRows } from '#store/ops/device-command-rows.ts';
import { DeviceRows, type LatestValue, type Presence } from '#store/ops/device-rows.ts';
import { FeedRows } from '#store/ops/feed-rows.ts';
import { type LastWord, LastWordRows } from '#store/ops/last-word-rows.ts';
import { type FigureScope, MilestoneRows, type TaskCall, type TaskStep } from '#store/ops/milestone-rows.ts';
import { NoticeRows } from '#store/ops/notice-rows.ts';
import { OutboxRows } from '#store/ops/outbox-rows.ts';
import type { Page, PageRequest } from '#store/ops/page.ts';
import { type PostedFigure, PostedFigureRows } from '#store/ops/posted-figure-rows.ts';
import { clockOf, ProgressRows } from '#store/ops/progress-rows.ts';
import {
  groupQuarantine,
  type QuarantineGroup,
  type QuarantineGroupRequest,
} from '#store/ops/quarantine-groups.ts';
import {
  listQuarantine,
  type QuarantineEntry,
  type QuarantineFilter,
  quarantineBytes,
  quarantineIds,
} from '#store/ops/quarantine-list.ts';
import { QuarantineSeal } from '#store/ops/quarantine-rows.ts';
import { ReportRows } from '#store/ops/report-rows.ts';
import { listResources, type ResourcePageRequest } from '#store/ops/resource-list.ts';
import { ResourceRows } from '#store/ops/resource-rows.ts';
import { RuleAlarmRows, type RuleAlarms } from '#store/ops/rule-alarm-rows.ts';
import { RuleFigureRows, type RuleFigures } from '#store/ops/rule-figure-rows.ts';
import { RuleVersionRows } from '#store/ops/rule-version-rows.ts';
import type { OpsSchema } from '#store/ops/schema.ts';
import { type Session, SessionRows } from '#store/ops/session-rows.ts';
import { NodeSqliteDialect } from '#store/ops/sqlite-dialect.ts';
import { StateRows } from '#store/ops/state-rows.ts';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';
import { StreamRows } from '#store/ops/stream-rows.ts';
import { listOpenTaskHeads, listTasks, type TaskFilter, type TaskHead } from '#store/ops/task-list.ts';
import { ToldRows } from '#store/ops/told-rows.ts';
import { type HistoryTail, taskFrom, WorkRows } from '#store/ops/work-rows.ts';

/** Where it is kept how the last look of retention went (StateRows). */
export const retentionState = 'history-retention';

/**
 * What everybody but the engine sees of the ops store: what is committed, at once, on a connection of its own that
 * cannot write and that the writer never waits for. Look-ups are prepared once; lists are built by Kysely.
 */
export class OpsReader {
  readonly #connection: DatabaseSync;
  readonly #queries: Kysely<OpsSchema>;
  readonly #seal: QuarantineSeal | undefined;
  readonly #progress: ProgressRows;
  readonly #resources: ResourceRows;
  readonly #ruleVersions: RuleVersionRows;
  readonly #ruleAlarms: RuleAlarmRows;
  readonly #postedFigures: PostedFigureRows;
  readonly #sessions: SessionRows;
  readonly #work: WorkRows;
  readonly #devices: DeviceRows;
  readonly #lastWords: LastWordRows;
  readonly #deviceCommands: DeviceCommandRows;
  /** Reports of residents and photos of tasks. */
  readonly reports: Pick<ReportRows, 'byCode' | 'byTask' | 'old' | 'photo' | 'photosOf' | 'oldPhotos'>;
  readonly #stream: StreamRows;
  readonly #notices: NoticeRows;
  readonly #told: ToldRows;
  readonly #outbox: OutboxRows;
  readonly #state: StateRows;
  /** The readings of the last while, in the order of the log. */
  readonly feed: Pick<FeedRows, 'after' | 'floor'>;
  readonly #counts: CountRows;
  readonly #board: BoardRows;
  readonly #milestones: MilestoneRows;
  readonly #ruleFigures: RuleFigureRows;
  readonly #credential: Statement<{ tokenHash: string; digest: string | null }>;
  readonly #apiToken: Statement<{ body: string }>;

  /** For `openOpsReader`: the connection becomes the reader's own. */
  constructor(connection: DatabaseSync, quarantineKey?: Uint8Array) {
    this.#connection = connection;
    this.#queries = new Kysely<OpsSchema>({ dialect: new NodeSqliteDialect(connection) });
    this.#seal = quarantineKey && new QuarantineSeal(quarantineKey);
    this.#progress = new ProgressRows(connection);
    this.#resources = new ResourceRows(connection);
    this.#ruleVersions = new RuleVersionRows(connection);
    this.#ruleAlarms = new RuleAlarmRows(connection);
    this.#postedFigures = new PostedFigureRows(connection);
    this.#sessions = new SessionRows(connection);
    this.#work = new WorkRows(connection);
    this.#devices = new DeviceRows(connection);
    this.#lastWords = new LastWordRows(connection);
    this.#deviceCommands = new DeviceCommandRows(connection);
    this.reports = new ReportRows(connection);
    this.#stream = new StreamRows(connection);
    this.#notices = new NoticeRows(connection);
    this.#told = new ToldRows(connection);
    this.#outbox = new OutboxRows(connection);
    this.#state = new StateRows(connection);
    this.feed = new FeedRows(connection);
    this.#counts = new CountRows(connection);
    this.#board = new BoardRows(connection);
    this.#milestones = new MilestoneRows(connection);
    this.#ruleFigures = new RuleFigureRows(connection);
    this.#credential = prepare(
      connection,
      "select token_hash as tokenHash, body ->> '$.digest' as digest from credentials where id = ? and body is not null",
    );
    this.#apiToken = prepare(connection, 'select body from api_tokens where token_hash = ?');
  }

  close(): void {
    this.#connection.close();
  }

  /** What the device's token is checked against. */
  credential(device: string): { readonly tokenHash: string; readonly digest: string | null } | undefined {
    return this.#credential.get(device);
  }
  device(id: string): Device | undefined {
    return this.#resources.get('device', id)?.body;
  }
  /** The one that there is. */
  community(): Community | undefined {
    return this.#resources.all('community')[0]?.body;
  }

  account(id: string): Account | undefined {
    return this.#resources.get('account', id)?.body;
  }
  accounts(): readonly Account[] {
    return this.#resources.all('account').map(({ body }) => body);
  }
  /** Also one that has expired: the caller has the clock. */
  session(tokenHash: string): Session | undefined {
    return this.#sessions.get(tokenHash);
  }
  apiToken(tokenHash: string): ApiToken | undefined {
    const row = this.#apiToken.get(tokenHash);
    return row && parsed<ApiToken>(row.body);
  }
  apiTokens(): readonly ApiToken[] {
    return this.#resources.all('api-token').map(({ body }) => body);
  }

  get<Name extends ResourceName>(resource: Name, id: string): Stored<Name> | undefined {
    return this.#resources.get(resource, id);
  }
  list<Name extends ResourceName>(resource: Name, page: ResourcePageRequest): Page<Stored<Name>> {
    return listResources(this.#connection, this.#queries, { resource, page });
  }
  /** Sorted by id. */
  all<Name extends ResourceName>(resource: Name): readonly Stored<Name>[] {
    return this.#resources.all(resource);
  }
  /** As it stands now; later changes are not in it. */
  configuration(): Configuration {
    const configuration = new Configuration();
    for (const { resource, id, body } of this.#resources.everything())
      configuration.apply({ op: 'put', resource, id, body } as ResourceChange);
    return configuration;
  }

  alarms(filter: AlarmFilter, page: PageRequest): Page<Alarm> {
    return listAlarms(this.#connection, this.#queries, { filter, page });
  }
  alarm(id: string): Alarm | undefined {
    return this.#work.alarm(id as AlarmId);
  }
  /** `history`: no more of each than its newest entries; without it all. */
  tasks(filter: TaskFilter, page: PageRequest & { readonly history?: number | undefined }): Page<Task> {
    const historyOf = (id: TaskId): HistoryTail =>
      page.history === undefined
        ? { entries: this.#work.history(id), omitted: 0 }
        : this.#work.historyTail(id, page.history);
    return listTasks(this.#connection, this.#queries, { filter, page, historyOf });
  }
  openTaskHeads(): readonly TaskHead[] {
    return listOpenTaskHeads(this.#connection, this.#queries);
  }
  /** How many open tasks each person has who has any. */
  openTasksOf(): ReadonlyMap<string, number> {
    return this.#counts.openTasksOf();
  }
  task(id: string): Task | undefined {
    const record = this.#work.task(id as TaskId);
    return record && taskFrom(record, this.#work.history(record.id));
  }
  /** Stands for the whole history of a task (model/history-chain.ts); undefined: it has none. */
  historyHash(id: TaskId): string | undefined {
    return this.#work.historyHead(id)?.hash;
  }

  /** Active alarms, and events whose task is still to be handled; newest first. */
  standingAlarms(): readonly StandingAlarm[] {
    return this.#board.standingAlarms();
  }
  /** By rule, of those that raised any since `from`; `recent` is the later time. */
  alarmsByRule(from: EpochMs, recent: EpochMs): readonly RuleAlarms[] {
    return this.#ruleAlarms.since(from, recent);
  }
  /** What an account or API token raised from outside since then, by its own names, of the newest 10,000 alarms. */
  alarmsPostedBy(by: string, from: EpochMs): readonly PostedFigure[] {
    return this.#postedFigures.since(from, by);
  }
  /** By rule and severity, of rules that raised any alarm in that time. */
  ruleFigures(scope: FigureScope): readonly RuleFigures[] {
    return this.#ruleFigures.between(scope);
  }
  /** Numbers of all tasks that were open at some time of it, or were due in it; rising. */
  figureTasks(scope: FigureScope): readonly number[] {
    return this.#milestones.seqs(scope);
  }
  /** In no order. */
  milestones(tasks: readonly number[]): readonly TaskMilestones[] {
    return this.#milestones.milestones(tasks);
  }
  /** The steps of these tasks in their order, task by task. */
  taskSteps(tasks: readonly number[]): readonly TaskStep[] {
    return this.#milestones.steps(tasks);
  }
  /** To whom tasks were given in that time, in order. */
  taskCalls(scope: FigureScope): readonly TaskCall[] {
    return this.#milestones.calls(scope);
  }
  /** How many alarms began in each hour from `from` on, by place and severity. */
  alarmsStarted(from: EpochMs): readonly StartedAlarms[] {
    return this.#board.alarmsStarted(from);
  }

  quarantine(filter: QuarantineFilter, page: PageRequest): Page<QuarantineEntry> {
    return listQuarantine(this.#connection, this.#queries, { filter, page, seal: this.#seal });
  }
  /** In the order in which they came, at most `limit`. */
  quarantineBytes(ids: readonly number[]): ReadonlyMap<number, number> {
    return quarantineBytes(this.#connection, ids);
  }
  quarantineIds(filter: QuarantineFilter, limit: number): readonly number[] {
    return quarantineIds(this.#connection, this.#queries, { filter, limit });
  }
  /** What is held first, the newest first. */
  quarantineGroups(request: QuarantineGroupRequest): readonly QuarantineGroup[] {
    return groupQuarantine(this.#connection, this.#queries, request);
  }

  /** In order, at most `limit`. */
  eventsAfter(seq: number, limit: number): readonly StreamEvent[] {
    return this.#stream.after(seq, limit);
  }
  lastEventSeq(): number {
    return this.#stream.last();
  }
  /** Up to where events were deleted; 0: none ever was. */
  eventFloor(): number {
    return this.#stream.floor();
  }
  /** What people are to be told, in order, at most `limit`. */
  /** To the end of which time a person was told a series; undefined: never. */
  toldUntil(series: string, person: PersonId): EpochMs | undefined {
    return this.#told.until(series, person);
  }
  noticesAfter(seq: number, limit: number): readonly Notice[] {
    return this.#notices.after(seq, limit);
  }

  deviceCommand(device: string, id: string): DeviceCommand | undefined {
    return this.#deviceCommands.get(device, id);
  }
  /** Newest first. */
  deviceCommands(device: string, page: PageRequest): Page<DeviceCommand> {
    return this.#deviceCommands.page(device, page);
  }

  latest(device: string): readonly LatestValue[] {
    return this.#devices.latest(device);
  }
  /** What tells how a device is; undefined: it never said anything. */
  lastWord(device: string): LastWord | undefined {
    return this.#lastWords.get(device);
  }
  lastWords(): readonly LastWord[] {
    return this.#lastWords.all();
  }
  presence(): readonly Presence[];
  presence(device: string): Presence | undefined;
  presence(device?: string): readonly Presence[] | Presence | undefined {
    return device === undefined ? this.#devices.allPresence() : this.#devices.presence(device);
  }

  /** Newest first; also of a rule that was deleted. */
  /** Those before a version of a rule that are still kept, newest first. */
  earlierRuleVersions({ rule, version }: Pick<RuleVersion, 'rule' | 'version'>): readonly RuleVersion[] {
    return this.#ruleVersions.before(rule, version);
  }
  ruleVersions(rule: string, page: PageRequest): Page<RuleVersion> {
    return this.#ruleVersions.page(rule, page);
  }
  ruleVersion(rule: string, version: number): RuleVersion | undefined {
    return this.#ruleVersions.get(rule, version);
  }
  /** The newest: what stands, or its deletion. */
  lastRuleVersion(rule: string): RuleVersion | undefined {
    return this.#ruleVersions.last(rule);
  }
  /** The version that stands of each rule. */
  standingRules(): readonly RuleVersion[] {
    return this.#ruleVersions.standing();
  }
  /** As the library and the files put each rule last. */
  ruleBases(): readonly RuleVersion[] {
    return this.#ruleVersions.bases();
  }

  /** Newest first. */
  auditTrail(page: PageRequest): Page<AuditEntry & { readonly seq: number }> {
    return listAudit(this.#connection, this.#queries, page);
  }

  historyBatchesAfter(position: Position, limit: number): readonly HistoryBatch[] {
    return this.#outbox.after(position, limit);
  }
  /** The last inbox record whose effects are in here; 0 at the beginning. */
  position(): Position {
    return position(this.#progress.get('position') ?? 0);
  }
  /** The clock that the engine ran on last; undefined before its first start. */
  clock(): ClockKind | undefined {
    return clockOf(this.#progress);
  }

  /** The newest batch that waits for history, or that the engine has not deleted yet. */
  lastHistoryBatch(): Position | undefined {
    return this.#outbox.last();
  }
  /** How the last look of retention went, as it was noted; undefined: there was none. */
  lastRetention(): string | undefined {
    for (const [, state] of this.#state.of(retentionState)) return state;
    return undefined;
  }
  historyBacklog(behind: Position = position(0)): number {
    return this.#outbox.count(behind);
  }

  /** `now`: what is due before it is overdue. */
  counts(now: EpochMs): Counts {
    return this.#counts.get(now);
  }
}
