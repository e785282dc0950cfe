import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** An entry may be put away without being read again. */
const statements = [
  `alter table quarantine add column discarded_at integer`,
  `drop index quarantine_held`,
  `create index quarantine_held on quarantine (id) where replayed_at is null and discarded_at is null`,
  `drop index quarantine_by_group`,
  `create index quarantine_by_group
     on quarantine (device, dialect, reason, property, replayed_at, discarded_at, received_at)`,
  // Asked every second, of the health of the engine.
  `create index quarantine_faults on quarantine (id)
     where reason = 'fault' and replayed_at is null and discarded_at is null`,
] as const;

export const discardedQuarantine: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
