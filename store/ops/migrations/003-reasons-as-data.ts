import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The reasons of a history entry as data (model/reason.ts) beside their text; null in entries that are older. */
export const reasonsAsData: Migration = {
  up: async (db) => {
    await sql
      .raw('alter table task_history add column because text check (because is null or json_valid(because))')
      .execute(db);
  },
};
