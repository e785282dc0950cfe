import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Timers for the tasks that are open, each looked at once when the engine goes on, and who had a task of a list (a
 * category) when, for dispatch by turns.
 */
const statements = [
  `insert into timers (id, due, kind, ref)
   select 'deadline:' || id, coalesce((select value from progress where name = 'engine-now'), 0), 'deadline', id
   from tasks where open = 1`,
  `create table turns (
     list text not null,
     person text not null,
     at integer not null,
     primary key (list, person)
   ) strict, without rowid`,
] as const;

export const timeLimits: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
