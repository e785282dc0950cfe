import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { chainOverTask } from '#store/ops/history-chain.ts';

/**
 * Each history entry has the hash of itself and all before it (model/history-chain.ts); what stands is chained as it is.
 * `history_heads` says where each history ends, so that entries taken from the end are missed, too.
 */
const statements = [
  `create table task_history_chained (
     task text not null references tasks (id) deferrable initially deferred,
     n integer not null check (n > 0),
     at integer not null,
     actor text not null,
     action text not null,
     from_state text,
     to_state text not null,
     comment text,
     reason text,
     because text check (because is null or json_valid(because)),
     hash text not null check (length(hash) = 64),
     primary key (task, n)
   ) strict, without rowid`,
  `insert into task_history_chained
     (task, n, at, actor, action, from_state, to_state, comment, reason, because, hash)
   select task, n, at, actor, action, from_state, to_state, comment, reason, because, ${chainOverTask}
   from task_history`,
  // With its triggers; nothing of it is deleted row by row.
  `drop table task_history`,
  `alter table task_history_chained rename to task_history`,
  `create trigger task_history_keeps_its_rows before delete on task_history
   begin select raise(abort, 'task_history is append-only'); end`,
  `create trigger task_history_keeps_its_words before update on task_history
   begin select raise(abort, 'task_history is append-only'); end`,
  `create table history_heads (
     task text primary key,
     n integer not null,
     hash text not null
   ) strict, without rowid`,
  // A bare column beside max() is of the row that has it.
  `insert into history_heads (task, n, hash) select task, max(n), hash from task_history group by task`,
] as const;

export const historyChain: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
