import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // A snapshot of the engine's memory that is being written bit by bit (store/ops/state-rows.ts); null: the key is gone.
  `create table staged_state (
     component text not null,
     key text not null,
     state text,
     primary key (component, key)
   ) strict, without rowid`,
] as const;

export const stagedState: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
