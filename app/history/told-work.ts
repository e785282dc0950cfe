import type { Alarm } from '#model/alarm.ts';
import type { EpochMs, PlaceId, TaskId } from '#model/brand.ts';
import type { StreamEvent } from '#model/stream.ts';
import type { Task, TaskHistoryEntry } from '#model/task.ts';
import type { Placement } from '#store/history/influxdb/lines.ts';
import type { AlarmRow, TaskRow, WorkRow } from '#store/history/influxdb/work-lines.ts';
import { limitOf } from '#tasks/overdue.ts';
import { isOver } from '#tasks/transitions.ts';

/** Tasks of which is known what of their history was told. */
const mostKnown = 10_000;

/**
 * Turns the ops store's events into rows for the boards: an event holds the alarm or task as it was then, and this says what of it is
 * new. The same events from the same place give the same rows.
 */
export class ToldWork {
  readonly #placement: (place: PlaceId) => Placement;
  readonly #entriesTold = new Map<TaskId, number>();
  #lastAt: EpochMs | null;

  /** `lastAt`: of the event before the first; null: what came before it is not known. */
  constructor(placement: (place: PlaceId) => Placement, lastAt: EpochMs | null) {
    this.#placement = placement;
    this.#lastAt = lastAt;
  }

  /** In the order of the events. */
  rowsOf(event: StreamEvent): readonly WorkRow[] {
    const rows = this.#rowsOf(event);
    this.#lastAt = event.at;
    return rows;
  }

  #rowsOf({ at, body, place, topic }: StreamEvent): readonly WorkRow[] {
    // The store holds what the engine put there under that topic.
    if (topic === 'alarms') return alarmRows(body as Alarm, at, this.#placement(place));
    if (topic === 'tasks') return this.#taskRows(body as Task, at, this.#placement(place));
    return [];
  }

  #taskRows(task: Task, at: EpochMs, placement: Placement): readonly TaskRow[] {
    const { history, historyOmitted = 0, id } = task;
    const told = this.#entriesTold.get(id);
    this.#note(id, historyOmitted + history.length);
    // Of a task that was not heard of since the start: what came since the last event. The clock may have been set back meanwhile.
    const since = Math.min(this.#lastAt ?? Number.NEGATIVE_INFINITY, at);
    return history.flatMap((entry, index) => {
      const n = historyOmitted + index + 1;
      const isNew = told === undefined ? entry.at >= since : n > told;
      return isNew ? [taskRow(task, { entry, n }, placement)] : [];
    });
  }

  #note(id: TaskId, entries: number): void {
    this.#entriesTold.delete(id);
    this.#entriesTold.set(id, entries);
    if (this.#entriesTold.size <= mostKnown) return;
    const [oldest] = this.#entriesTold.keys();
    if (oldest !== undefined) this.#entriesTold.delete(oldest);
  }
}

/** All that happened to an alarm, as it is told when its events are gone: as severe as it is now. */
export function allOfAlarm(alarm: Alarm, placement: Placement): readonly AlarmRow[] {
  const { clearedAt, notes = [], ...begun } = alarm;
  const { startedAt } = alarm;
  const raised: Alarm = { ...begun, state: 'active', ...(clearedAt === startedAt ? { clearedAt } : {}) };
  return [
    ...alarmRows(raised, startedAt, placement),
    ...(clearedAt === undefined
      ? []
      : alarmRows(alarm, clearedAt, placement).filter(({ kind }) => kind === 'cleared')),
    ...notes.flatMap((note) => {
      const state = clearedAt === undefined || note.at < clearedAt ? 'active' : 'cleared';
      return alarmRows({ ...begun, state, notes: [note] }, note.at, placement);
    }),
  ];
}

/** The same of a task, whose history is whole. */
export const allOfTask = (task: Task, placement: Placement): readonly TaskRow[] =>
  task.history.map((entry, index) => taskRow(task, { entry, n: index + 1 }, placement));

/** What an event of an alarm says that none before it did, or what gives the same row again. */
function alarmRows(alarm: Alarm, at: EpochMs, placement: Placement): readonly AlarmRow[] {
  const { category, clearedAt, id, notes = [], rule, severity, startedAt, state } = alarm;
  const isMoment = clearedAt === startedAt;
  const row = (kind: AlarmRow['kind'], when: EpochMs, isActive: boolean): AlarmRow => ({
    measurement: 'alarms',
    id,
    step: kind,
    at: when,
    placement,
    category,
    rule,
    severity,
    kind,
    isActive,
    seconds: Math.max(0, when - startedAt) / 1_000,
  });
  // It is told again when its task becomes another one; a severity that it came to later is in its notes.
  const isRaised = notes.length === 0 && (clearedAt === undefined || isMoment);
  const said = notes.flatMap((note) =>
    note.at === at && (note.action === 'acknowledged' || note.action === 'disposed')
      ? [row(note.action, note.at, state === 'active')]
      : [],
  );
  return [
    ...(isRaised ? [row('raised', startedAt, !isMoment)] : []),
    // What is over when it begins never stood: it would say that alarms stand for no time at all.
    ...(clearedAt === undefined || isMoment ? [] : [row('cleared', clearedAt, false)]),
    ...said,
  ];
}

function taskRow(
  task: Task,
  { entry, n }: { readonly entry: TaskHistoryEntry; readonly n: number },
  placement: Placement,
): TaskRow {
  const { action, at, from, to } = entry;
  // By when it should have left the state from which this step led.
  const limit = from === null ? null : limitOf({ ...task, state: from });
  return {
    measurement: 'tasks',
    id: task.id,
    step: String(n),
    at,
    placement,
    category: task.category,
    action,
    state: to,
    isEntry: from !== to,
    isOpen: !isOver(to),
    isOverdue: action === 'overdue' || (limit !== null && at > limit.by),
    seconds: Math.max(0, at - task.createdAt) / 1_000,
  };
}
