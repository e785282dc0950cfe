import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // What was asked for from outside (model/posted-alarm.ts): done once for ever, so that no row of it ever goes.
  `create table posts (
     hash text primary key,
     alarm text,
     at integer not null
   ) strict, without rowid`,
  `create unique index alarms_posted on alarms (rule, body ->> '$.key')
     where state = 'active' and body ->> '$.posted.by' is not null`,
  // Batches are kept for a while when history has them (store/ops/outbox-rows.ts).
  `alter table history_outbox add column at integer not null default 0`,
] as const;

export const postedAlarms: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
