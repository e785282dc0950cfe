import type { Alarm } from '#model/alarm.ts';
import type { EpochMs } from '#model/brand.ts';
import type { Task } from '#model/task.ts';
import { noticesOf } from '#tasks/announcing.ts';
import type { JoinableTasks } from '#tasks/joinable-tasks.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';
import { type StepNote, TaskDraft } from '#tasks/task-draft.ts';

/** Writes alarms and tasks to the store and tells the stream: the one place where versions rise. */
export class TaskLedger {
  readonly #store: TaskStore;
  readonly #joinable: JoinableTasks;

  constructor(store: TaskStore, joinable: JoinableTasks) {
    this.#store = store;
    this.#joinable = joinable;
  }

  /** Puts an alarm and emits it. */
  putAlarm(alarm: Alarm, now: EpochMs): Alarm {
    this.#store.putAlarm(alarm);
    this.#store.emit({ topic: 'alarms', at: now, place: alarm.place, body: alarm });
    return alarm;
  }

  /** Writes what a draft gathered as one version, with whom to tell of it, and emits the task; gives it as the event has it. */
  save(draft: TaskDraft, now: EpochMs): Task {
    const after = this.#write(draft);
    const { before, entries } = draft;
    for (const notice of noticesOf({ before, after, entries, at: now })) this.#store.putNotice(notice);
    return this.#emit(after, now);
  }

  /**
   * The same for one more alarm that changes nothing else. Of a task with very many alarms such changes are told only
   * now and then (docs/decisions/062).
   */
  saveRoutine(draft: TaskDraft, now: EpochMs): void {
    const row = this.#write(draft);
    if (isWorthTelling(row)) this.#emit(row, now);
  }

  /**
   * Writes down something about a task's alarm. It changes nothing of the task, so the version stays: a worker who
   * accepts while an alarm clears is not sent away as late.
   */
  note(row: TaskRow, now: EpochMs, note: StepNote): void {
    const draft = TaskDraft.change(row, now).step(row.state, note);
    for (const entry of draft.entries) this.#store.appendHistory(row.id, entry);
    if (isWorthTelling(row)) this.#emit(row, now);
  }

  #write(draft: TaskDraft): TaskRow {
    const row: TaskRow = { ...draft.row, version: draft.row.version + 1 };
    this.#store.putTask(row);
    this.#joinable.follow(row);
    for (const entry of draft.entries) this.#store.appendHistory(row.id, entry);
    return row;
  }

  /** Without what only joining and raising again need, and with no more of what grows than an event may weigh. */
  #emit(row: TaskRow, now: EpochMs): Task {
    const { join: _join, lastAlarmAt: _lastAlarmAt, reRaiseMs: _reRaiseMs, ...rest } = row;
    const { entries, omitted } = this.#store.historyTail(row.id, mostTold);
    const alarmsOmitted = Math.max(0, row.alarms.length - mostTold);
    const task: Task = {
      ...rest,
      alarms: row.alarms.slice(-mostTold),
      history: entries,
      ...(omitted === 0 ? {} : { historyOmitted: omitted }),
      ...(alarmsOmitted === 0 ? {} : { alarmsOmitted }),
    };
    this.#store.emit({ topic: 'tasks', at: now, place: row.place, body: task });
    return task;
  }
}

/** History entries and alarms in one event, the newest. The store has all of them, and every listener may ask for them. */
const mostTold = 50;

/**
 * Each event carries the task: ten thousand joins would write it ten thousand times. Up to 32 alarms every
 * one is told, then at 64, 128, 256, …
 */
const isWorthTelling = ({ alarms }: TaskRow): boolean =>
  alarms.length <= 32 || (alarms.length & (alarms.length - 1)) === 0;
