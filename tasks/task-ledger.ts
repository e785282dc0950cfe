import type { Alarm } from '#model/alarm.ts';
import type { EpochMs } from '#model/brand.ts';
import type { Task } from '#model/task.ts';
import { changesOf } from '#tasks/alarm-changes.ts';
import { type Change, noticesOf } from '#tasks/announcing.ts';
import type { Deadlines } from '#tasks/deadlines.ts';
import type { JoinableTasks } from '#tasks/joinable-tasks.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';
import type { Rotation } from '#tasks/rotation.ts';
import { type StepNote, TaskDraft } from '#tasks/task-draft.ts';

/** What follows from every task that is written. */
interface Followers {
  readonly joinable: JoinableTasks;
  readonly deadlines: Deadlines;
  readonly rotation: Rotation;
}

/** Writes alarms and tasks to the store and tells the stream: the one place where versions rise. */
export class TaskLedger {
  readonly #store: TaskStore;
  readonly #joinable: JoinableTasks;
  readonly #deadlines: Deadlines;
  readonly #rotation: Rotation;

  constructor(store: TaskStore, followers: Followers) {
    this.#store = store;
    this.#joinable = followers.joinable;
    this.#deadlines = followers.deadlines;
    this.#rotation = followers.rotation;
  }

  /** Puts an alarm and emits it. */
  putAlarm(alarm: Alarm, now: EpochMs): Alarm {
    const changes = changesOf(this.#store.alarm(alarm.id), alarm);
    this.#store.putAlarm(alarm);
    this.#store.emit({ topic: 'alarms', at: now, place: alarm.place, body: alarm, changes });
    return alarm;
  }

  /**
   * Writes what a draft gathered as one version, with whom to tell of it, and emits the task; gives it as the event has it.
   * `callsAgain`: an alarm joined of which people have to hear although it changes nothing else.
   */
  save(draft: TaskDraft, now: EpochMs, callsAgain = false): Task {
    const after = this.#write(draft, now);
    this.#announce(draft, after, { at: now, callsAgain });
    return this.#emit(after, draft, now);
  }

  /**
   * The same for one more alarm that changes nothing else. Of a task with very many alarms such changes are told only
   * now and then (docs/decisions/062).
   */
  saveRoutine(draft: TaskDraft, now: EpochMs): void {
    const row = this.#write(draft, now);
    if (isWorthTelling(row)) this.#emit(row, draft, now);
  }

  /**
   * Writes down something about a task's alarm. It changes nothing of the task, so the version stays: a worker who
   * accepts while an alarm clears is not sent away as late.
   */
  note(row: TaskRow, now: EpochMs, note: StepNote): void {
    const draft = TaskDraft.change(row, now).step(row.state, note);
    for (const entry of draft.entries) this.#store.appendHistory(row.id, entry);
    if (isWorthTelling(row)) this.#emit(row, draft, now);
  }

  /**
   * Writes what time did to a task, which changes whom it is told to and nothing of what there is to do: the version
   * stays, so that whoever accepts in the moment of an escalation is not sent away as late.
   */
  amend(draft: TaskDraft, now: EpochMs): Task {
    const row = this.#deadlines.limited(draft.row);
    this.#put(row, draft, now);
    const { entries, omitted } = this.#store.historyTail(draft.row.id, 1);
    this.#announce(draft, row, { at: now, amendment: entries.length + omitted });
    return this.#emit(row, draft, now);
  }

  #announce(
    { before, entries }: TaskDraft,
    after: TaskRow,
    how: Pick<Change, 'at' | 'amendment' | 'callsAgain'>,
  ): void {
    for (const notice of noticesOf({ before, after, entries, ...how })) this.#store.putNotice(notice);
  }

  #write(draft: TaskDraft, now: EpochMs): TaskRow {
    const row: TaskRow = this.#deadlines.limited({ ...draft.row, version: draft.row.version + 1 });
    this.#put(row, draft, now);
    return row;
  }

  #put(row: TaskRow, { entries }: TaskDraft, now: EpochMs): void {
    this.#store.putTask(row);
    this.#joinable.follow(row);
    this.#deadlines.follow(row, now);
    this.#rotation.follow(row, now);
    for (const entry of entries) this.#store.appendHistory(row.id, entry);
  }

  /** Without what only joining, raising again and deadlines need, and with no more of what grows than an event may weigh. */
  #emit(row: TaskRow, draft: TaskDraft, now: EpochMs): Task {
    const {
      join: _join,
      lastAlarmAt: _lastAlarmAt,
      reRaiseMs: _reRaiseMs,
      timing: _timing,
      enteredAt: _enteredAt,
      ...rest
    } = row;
    const { entries, omitted } = this.#store.historyTail(row.id, mostTold);
    const alarmsOmitted = Math.max(0, row.alarms.length - mostTold);
    const task: Task = {
      ...rest,
      alarms: row.alarms.slice(-mostTold),
      history: entries,
      ...(omitted === 0 ? {} : { historyOmitted: omitted }),
      ...(alarmsOmitted === 0 ? {} : { alarmsOmitted }),
    };
    const changes = [...new Set(draft.entries.map(({ action }) => action))];
    this.#store.emit({ topic: 'tasks', at: now, place: row.place, body: task, changes });
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
