import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What of each report was forgotten, since its time was over: 0 nothing, 1 the number to call, 2 all that was written. */
const statements = [
  'alter table reports add column forgotten integer not null default 0',
  'create index reports_to_forget on reports (at) where forgotten < 2',
] as const;

export const forgottenReports: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
