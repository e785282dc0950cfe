import type { DatabaseSync } from 'node:sqlite';
import type { EpochMs } from '#model/brand.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

interface Totals {
  /** Held, not yet replayed. */
  readonly quarantined: number;
  readonly devices: number;
  readonly devicesOnline: number;
  /** Longer not verified, accepted, handled or closed than they may. */
  readonly tasksOverdue: number;
  readonly timers: number;
  readonly timersOverdue: number;
  readonly deviceCommandsOpen: number;
}

/** What the metrics show of the ops store: how it stands now. */
export interface Counts extends Totals {
  /** By severity; one that none has is left out. */
  readonly alarmsActive: Readonly<Record<string, number>>;
  /** By state; one that none has is left out. */
  readonly tasksOpen: Readonly<Record<string, number>>;
}

interface Row {
  readonly label: string;
  readonly n: number;
}

/** From indexes or small tables. */
export class CountRows {
  readonly #totals: Statement<Totals>;
  readonly #alarms: Statement<Row>;
  readonly #tasks: Statement<Row>;
  readonly #openOf: Statement<Row>;

  constructor(connection: DatabaseSync) {
    // As tasks/overdue.ts has it.
    this.#totals = prepare(
      connection,
      `select (select count(*) from quarantine where replayed_at is null and discarded_at is null) as quarantined,
         (select count(*) from resources where resource = 'device' and body is not null) as devices,
         (select count(*) from presence where online = 1) as devicesOnline,
         (select count(*) from tasks where open = 1 and (state = 'dispatched' and accept_by < ?1
           or state in ('accepted', 'in-progress') and handle_by < ?1
           or state in ('reported', 'verifying') and verify_by < ?1
           or state = 'feedback' and close_by < ?1)) as tasksOverdue,
         (select count(*) from timers) as timers,
         (select count(*) from timers where due < ?1) as timersOverdue,
         (select count(*) from device_commands where state in ('waiting', 'sent')) as deviceCommandsOpen`,
    );
    this.#alarms = prepare(
      connection,
      `select severity as label, count(*) as n from alarms where state = 'active' group by severity`,
    );
    this.#tasks = prepare(
      connection,
      'select state as label, count(*) as n from tasks where open = 1 group by state',
    );
    this.#openOf = prepare(
      connection,
      `select assignee as label, count(*) as n from tasks
       where open = 1 and assignee is not null group by assignee`,
    );
  }

  /** Open tasks by assignee; nobody who has none is in it. */
  openTasksOf(): ReadonlyMap<string, number> {
    return new Map(this.#openOf.all().map(({ label, n }) => [label, n]));
  }

  get(now: EpochMs): Counts {
    const totals = this.#totals.get(now);
    if (totals === undefined) throw new Error('counting gave no row');
    return { ...totals, alarmsActive: byLabel(this.#alarms.all()), tasksOpen: byLabel(this.#tasks.all()) };
  }
}

const byLabel = (rows: readonly Row[]): Readonly<Record<string, number>> =>
  Object.fromEntries(rows.map(({ label, n }) => [label, n]));
