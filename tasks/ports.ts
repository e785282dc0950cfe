import type { Alarm } from '#model/alarm.ts';
import type { AlarmId, EpochMs, PersonId, PlaceId, RuleId, TaskId } from '#model/brand.ts';
import type { Notice } from '#model/notice.ts';
import type { TaskPhoto } from '#model/photo.ts';
import type { ForgottenPart } from '#model/report.ts';
import type { JoinScope, TaskOrder } from '#model/rule.ts';
import type { Task, TaskHistoryEntry } from '#model/task.ts';
import type { TaskTiming } from '#model/task-timing.ts';
import type { LocalText } from '#model/text.ts';

/** A task without its history: the history is append-only and written entry by entry. */
export type TaskRow = Omit<Task, 'history'> & {
  /** What later alarms join this task: set by the rule that raised it; null: none but the same rule and key. */
  readonly join: {
    readonly by: JoinScope;
    readonly withinMs: number;
  } | null;
  /** When the last alarm joined (or began) it. */
  readonly lastAlarmAt: EpochMs | null;
  /** Closed while its alarm stands: raised again after this. */
  readonly reRaiseMs: number | null;
  /** When it came into its state. Absent where that was before this was written down. */
  readonly enteredAt?: EpochMs;
  /** Absent: time has done nothing to it yet. */
  readonly timing?: TaskTiming;
};

/** A row of work to be done later, in the order of `due`; kept in the store, so that it outlives a restart. */
export interface Timer {
  readonly id: string;
  readonly due: EpochMs;
  readonly kind: 're-raise' | 'deadline' | 'auto-close' | 'held' | 'held-state';
  readonly ref: string;
}

export interface HistoryTail {
  readonly entries: readonly TaskHistoryEntry[];
  readonly omitted: number;
}

/**
 * What tasks need of the ops store. All calls are synchronous and belong to the transaction that the engine has open;
 * nothing of it is seen by others before the commit.
 */
export interface TaskStore {
  alarm(id: AlarmId): Alarm | undefined;
  putAlarm(alarm: Alarm): void;
  task(id: TaskId): TaskRow | undefined;
  putTask(task: TaskRow): void;
  appendHistory(task: TaskId, entry: TaskHistoryEntry): void;
  history(task: TaskId): readonly TaskHistoryEntry[];
  /** The newest `limit` entries in their order, and how many older ones there are. */
  historyTail(task: TaskId, limit: number): HistoryTail;
  /** Tasks that are neither closed, evaluated, rejected nor void, newest first. */
  openTasks(filter: {
    readonly rule?: RuleId;
    readonly key?: string;
    readonly category?: string;
    readonly assignee?: PersonId;
  }): readonly TaskRow[];
  countOpen(assignee: PersonId): number;
  /** The place of the newest task that somebody accepted or is at work on; undefined: on none. */
  whereabouts(assignee: PersonId): PlaceId | undefined;
  /** When somebody was given a task of a list (a category) last. */
  lastTurn(list: string, person: PersonId): EpochMs | undefined;
  putTurn(list: string, person: PersonId, at: EpochMs): void;
  putTimer(timer: Timer): void;
  deleteTimer(id: string): void;
  /** The earliest timer, or undefined. */
  nextTimer(): Timer | undefined;
  /** All that wait, in the order of `due`. */
  allTimers(): readonly Timer[];
  /** What was asked for from outside. */
  readonly posts: PostStore;
  /** How reports and photos are found. */
  readonly reports: ReportStore;
  /** What somebody is to be told; the same id a second time changes nothing. */
  putNotice(notice: Omit<Notice, 'seq'>): void;
  /** Puts an event on the live stream (and its durable log, for resuming). */
  emit(event: {
    readonly topic: 'alarms' | 'tasks';
    readonly at: EpochMs;
    readonly place: PlaceId;
    readonly body: Alarm | Task;
    readonly changes: readonly string[];
  }): void;
}

/** What was asked for from outside, by its hash (model/posted-alarm.ts): kept for ever. */
export interface PostStore {
  /** undefined: it was not asked for before. */
  done(hash: string): { readonly alarm: AlarmId | null } | undefined;
  put(hash: string, done: { readonly alarm: AlarmId | null; readonly at: EpochMs }): void;
  /** The alarm that was raised from outside and stands. */
  standing(of: Pick<Alarm, 'rule' | 'key'>): Alarm | undefined;
}

/** How a report is found again: by its tracking code, or by what it says. */
export interface ReportEntry {
  readonly codeHash: string;
  readonly task: TaskId;
  readonly category: string;
  readonly place: string;
  readonly channel: string;
  /** Hash of the words. */
  readonly said: string;
  readonly at: EpochMs;
}

export interface ReportStore {
  byCode(codeHash: string): ReportEntry | undefined;
  /** The newest that says the same. */
  like(
    same: Pick<ReportEntry, 'category' | 'place' | 'channel' | 'said'> & { readonly since: EpochMs },
  ): ReportEntry | undefined;
  put(entry: ReportEntry): void;
  /** Not to be asked for again. */
  forgot(task: TaskId, part: ForgottenPart): void;
  photosOf(task: TaskId): readonly TaskPhoto[];
  photo(id: string): TaskPhoto | undefined;
  putPhoto(photo: TaskPhoto & { readonly task: TaskId }): void;
}

/** What the rules say about the tasks of one rule; `rules/` answers it by shape. */
export interface RuleTaskOrder {
  readonly category: string;
  readonly name: LocalText;
  /** null: the rule raises alarms only. */
  readonly task: TaskOrder | null;
}
