import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Timers for the tasks that are open, each looked at once when the engine goes on, and who had a task of a list (a
 * category) when, for dispatch by turns.
 */
const statements = [
  // Of timers that are due at the same moment that of the older task comes first, whatever the ids are.
  `alter table timers add column rank integer not null default 0`,
  `update timers set rank = coalesce((select seq from tasks where tasks.id = timers.ref), 0)`,
  `drop index timers_by_due`,
  `create index timers_by_due on timers (due, rank, id)`,
  `insert into timers (id, due, kind, ref, rank)
   select 'deadline:' || id, coalesce((select value from progress where name = 'engine-now'), 0), 'deadline', id, seq
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
