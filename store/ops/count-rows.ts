import type { DatabaseSync } from 'node:sqlite';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** What the metrics show of the ops store. */
export interface Counts {
  readonly alarmsActive: number;
  readonly tasksOpen: number;
  /** Held, not yet replayed. */
  readonly quarantined: number;
  readonly devices: number;
  readonly devicesOnline: number;
  /** Batches that history does not have yet. */
  readonly historyBacklog: number;
}

/** All of it in one snapshot, from indexes or small tables. */
export class CountRows {
  readonly #get: Statement<Counts>;

  constructor(connection: DatabaseSync) {
    this.#get = prepare(
      connection,
      `select (select count(*) from alarms where state = 'active') as alarmsActive,
         (select count(*) from tasks where open = 1) as tasksOpen,
         (select count(*) from quarantine where replayed_at is null) as quarantined,
         (select count(*) from resources where resource = 'device' and body is not null) as devices,
         (select count(*) from presence where online = 1) as devicesOnline,
         (select count(*) from history_outbox) as historyBacklog`,
    );
  }
  get(): Counts {
    const row = this.#get.get();
    if (row === undefined) throw new Error('counting gave no row');
    return { ...row };
  }
}
