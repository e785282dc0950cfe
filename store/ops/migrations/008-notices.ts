import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What people are to be told, in order; the notifier reads it and keeps its own position in its own store. */
const statements = [
  `create table notices (
     seq integer primary key autoincrement,
     id text not null unique,
     body text not null check (json_valid(body))
   ) strict`,
] as const;

export const notices: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
