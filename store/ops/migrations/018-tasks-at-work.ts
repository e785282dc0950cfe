import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // Where somebody is at work (store/ops/work-rows.ts), without a look at all that waits for them.
  `create index tasks_at_work on tasks (assignee, seq) where state in ('accepted', 'in-progress')`,
] as const;

export const tasksAtWork: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
