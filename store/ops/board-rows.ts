import type { DatabaseSync } from 'node:sqlite';
import type { Severity } from '#model/alarm.ts';
import {
  type AlarmId,
  type EpochMs,
  epochMs,
  hour,
  type PersonId,
  type PlaceId,
  type TaskId,
} from '#model/brand.ts';
import type { TaskState } from '#model/task.ts';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';

/** What of an alarm tells how a place is. */
export interface StandingAlarm {
  readonly id: AlarmId;
  readonly place: PlaceId;
  readonly severity: Severity;
  readonly ack: boolean;
  readonly startedAt: EpochMs;
  /** `event`: it was over as it began (a press of a button), but its task is still to be handled. */
  readonly kind: 'active' | 'event';
}

/** What of an open task tells how late it is, and who may see it. */
export interface OpenTask {
  readonly id: TaskId;
  readonly state: TaskState;
  readonly place: PlaceId;
  readonly severity: Severity;
  readonly assignee: PersonId | null;
  readonly also: readonly PersonId[];
  readonly acceptBy: EpochMs | null;
  readonly handleBy: EpochMs | null;
}

/** How many alarms of a severity began at a place within an hour. */
export interface StartedAlarms {
  /** Hours after the time that was asked for. */
  readonly hour: number;
  readonly place: PlaceId;
  readonly severity: Severity;
  readonly count: number;
}

interface AlarmRow {
  id: AlarmId;
  place: PlaceId;
  severity: Severity;
  ack: number;
  started_at: number;
}
interface TaskRow {
  id: TaskId;
  state: TaskState;
  place: PlaceId;
  severity: Severity;
  assignee: PersonId | null;
  also: string;
  accept_by: number | null;
  handle_by: number | null;
}

/** What the first page is made of: read from indexes of what is open, however much is closed. */
export class BoardRows {
  readonly #active: Statement<AlarmRow>;
  readonly #events: Statement<AlarmRow>;
  readonly #openTasks: Statement<TaskRow>;
  readonly #started: Statement<StartedAlarms>;

  constructor(connection: DatabaseSync) {
    this.#active = prepare(
      connection,
      `select id, place, severity, ack, started_at from alarms where state = 'active' order by seq desc`,
    );
    // The newest alarm of a task alone: a task may have joined thousands.
    this.#events = prepare(
      connection,
      `select alarms.id, alarms.place, alarms.severity, alarms.ack, started_at
       from tasks join alarms on alarms.id = tasks.body ->> '$.alarms[#-1]'
       where tasks.open = 1 and tasks.state <> 'feedback' and alarms.state = 'cleared'
         and alarms.body ->> '$.clearedAt' = started_at`,
    );
    this.#openTasks = prepare(
      connection,
      `select id, state, place, body ->> '$.severity' as severity, assignee, body ->> '$.also' as also,
         accept_by, handle_by
       from tasks where open = 1 order by seq desc`,
    );
    // Numbers are bound as reals, which divide without a remainder.
    this.#started = prepare(
      connection,
      `select cast(started_at - ?1 as integer) / ${hour} as hour, place, severity, count(*) as count
       from alarms where started_at >= ?1 group by 1, 2, 3`,
    );
  }

  /** Active alarms, and events whose task is still to be handled; newest first. */
  standingAlarms(): StandingAlarm[] {
    return [
      ...this.#active.all().map((row) => standing(row, 'active')),
      ...this.#events.all().map((row) => standing(row, 'event')),
    ].sort((a, b) => b.startedAt - a.startedAt);
  }

  /** Newest first. */
  openTasks(): OpenTask[] {
    return this.#openTasks.all().map((row) => ({
      id: row.id,
      state: row.state,
      place: row.place,
      severity: row.severity,
      assignee: row.assignee,
      also: parsed<readonly PersonId[]>(row.also),
      acceptBy: row.accept_by === null ? null : epochMs(row.accept_by),
      handleBy: row.handle_by === null ? null : epochMs(row.handle_by),
    }));
  }

  /** By hours from `from` on, in no order. */
  alarmsStarted(from: EpochMs): StartedAlarms[] {
    return this.#started.all(from);
  }
}

const standing = (row: AlarmRow, kind: StandingAlarm['kind']): StandingAlarm => ({
  id: row.id,
  place: row.place,
  severity: row.severity,
  ack: row.ack === 1,
  startedAt: epochMs(row.started_at),
  kind,
});
