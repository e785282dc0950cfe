import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // What it was that changed, a JSON list of words; null: it was not kept then (model/stream.ts).
  `alter table events add column changes text check (changes is null or json_valid(changes))`,
] as const;

export const eventChanges: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
