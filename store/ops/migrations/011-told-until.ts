import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How far each person was told what comes again and again, such as a daily summary: outlives the notices, which are trimmed. */
const statements = [
  `create table told_until (
     series text not null,
     person text not null,
     until integer not null,
     primary key (series, person)
   ) strict, without rowid`,
] as const;

export const toldUntil: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
