import type { DatabaseSync } from 'node:sqlite';
import type { Severity } from '#model/alarm.ts';
import { type AlarmId, type EpochMs, epochMs, hour, type PlaceId } from '#model/brand.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

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
/** What the first page says of alarms: read from indexes of what is open, however much is closed. */
export class BoardRows {
  readonly #active: Statement<AlarmRow>;
  readonly #events: Statement<AlarmRow>;
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
