import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which task a tracking code and a photo belong to; what else there is to say of them stands in the task. */
const statements = [
  // The code itself is nowhere: a keyed hash of it finds its task. `said` is a hash of the words, to know the same again.
  `create table reports (
     code_hash text primary key,
     task text not null unique references tasks (id),
     category text not null,
     place text not null,
     channel text not null,
     said text not null,
     at integer not null
   ) strict, without rowid`,
  `create index reports_by_place on reports (place, category, at)`,
  `create table photos (
     id text primary key,
     task text not null references tasks (id),
     kind text not null check (kind in ('report', 'evidence')),
     added_by text,
     at integer not null
   ) strict, without rowid`,
  `create index photos_by_task on photos (task)`,
] as const;

export const reports: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
