import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // The readings of the last while in the order of the log, for those who follow them (store/ops/feed-rows.ts).
  `create table reading_feed (
     position integer primary key,
     at integer not null,
     body blob not null
   ) strict`,
  // Up to where it was deleted: what was before it was made never was in it.
  `create table reading_feed_floor (position integer not null) strict`,
  `insert into reading_feed_floor
     select coalesce((select value from progress where name = 'position'), 0)`,
  `alter table history_outbox drop column at`,
] as const;

export const readingFeed: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
