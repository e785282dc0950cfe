import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // The engine's memory (store/ops/memory-rows.ts). A row is never changed: what is said later counts. state: null: the key
  // is gone. Rows of component `accepted`: those before it are of whole snapshots.
  `create table memory (
     seq integer primary key,
     component text not null,
     key text not null,
     state text
   ) strict`,
  `create index memory_by_key on memory (component, key)`,
  `insert into memory (component, key, state)
   select component, key, state from state where component in ('engine', 'ingest', 'rules')`,
  `insert into memory (component, key, state) values ('accepted', '', '')`,
  `delete from state where component in ('engine', 'ingest', 'rules')`,
] as const;

export const memory: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
