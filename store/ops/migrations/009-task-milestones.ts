import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * When each task passed what is counted, worked out again from its whole history whenever its state changes: one text
 * for what comes and for what stands already, so that the two cannot disagree (docs/decisions/151).
 */
const milestonesOf = (which: string): string =>
  `insert into task_milestones
   select seq, id, category, place, severity, state, assignee, rule, created_at,
     filed_at, dispatched_at, accepted_at, handled_at,
     case when state in ('closed', 'evaluated') then closed_at end,
     case when state in ('closed', 'evaluated') then closed_at when open = 0 then changed_at end,
     reopened_at, reworks, suspensions, work_ms,
     -- What was merged or refused is never due.
     case when filed_at is not null and state not in ('void', 'rejected')
       then coalesce(handle_by, accept_by) end
   from (
     select tasks.seq, tasks.id, tasks.category, tasks.place, tasks.body ->> '$.severity' as severity, tasks.state,
       tasks.assignee, tasks.rule, tasks.open, tasks.accept_by, tasks.handle_by,
       tasks.body ->> '$.createdAt' as created_at,
       min(at) filter (where to_state in ('filed', 'dispatched')) as filed_at,
       min(at) filter (where to_state = 'dispatched') as dispatched_at,
       min(at) filter (where to_state = 'accepted') as accepted_at,
       max(at) filter (where to_state = 'feedback' and from_state is not 'feedback') as handled_at,
       max(at) filter (where to_state = 'closed' and from_state is not 'closed') as closed_at,
       max(at) filter (where to_state is not from_state) as changed_at,
       max(at) filter (where from_state in ('closed', 'evaluated') and to_state not in ('closed', 'evaluated')) as reopened_at,
       count(*) filter (where to_state = 'rework' and from_state is not 'rework') as reworks,
       count(*) filter (where to_state = 'suspended' and from_state is not 'suspended') as suspensions,
       coalesce(sum(next_at - at) filter (where to_state in ('accepted', 'in-progress')), 0) as work_ms
     from tasks join (
       select task, at, from_state, to_state, lead(at) over (partition by task order by n) as next_at
       from task_history ${which}
     ) on task = tasks.id
     group by task
   )`;

const anew = (task: string): string =>
  `delete from task_milestones where task = ${task}; ${milestonesOf(`where task = ${task}`)};`;

/** What a task's figures read of its row. */
const isOtherwise = ['state', 'assignee', 'category', 'place', 'accept_by', 'handle_by']
  .map((column) => `old.${column} is not new.${column}`)
  .join(' or ');

/**
 * Whom a task was given to, and when: who was called, also where somebody else took it in the end. The same call twice at
 * one moment is one; `or ignore` would not do, since SQLite takes the conflict clause of the statement that fires a trigger.
 */
const call = `insert into task_calls
   select new.body ->> '$.dispatchedAt', new.assignee, new.id where new.body ->> '$.dispatchedAt' is not null
     and not exists (select 1 from task_calls
       where at = new.body ->> '$.dispatchedAt' and person = new.assignee and task = new.id);`;

const statements = [
  `create table task_milestones (
     seq integer primary key,
     task text not null unique,
     category text not null,
     place text not null,
     severity text not null,
     state text not null,
     assignee text,
     rule text,
     created_at integer not null,
     filed_at integer,
     dispatched_at integer,
     accepted_at integer,
     handled_at integer,
     closed_at integer,
     ended_at integer,
     reopened_at integer,
     reworks integer not null,
     suspensions integer not null,
     work_ms integer not null,
     due_at integer,
     -- null: not closed, or without a limit. Who handled in time is not made late by a slow verifier.
     in_time integer generated always as (case when closed_at is not null and due_at is not null
       then coalesce(handled_at, closed_at) <= due_at end) virtual
   ) strict`,
  ...['created', 'accepted', 'handled', 'closed', 'due', 'reopened'].map(
    (what) =>
      `create index milestones_by_${what} on task_milestones (${what}_at) where ${what}_at is not null`,
  ),
  `create index milestones_by_end on task_milestones (ended_at, created_at)`,
  `create table task_calls (
     at integer not null,
     person text not null,
     task text not null,
     primary key (at, person, task)
   ) strict, without rowid`,
  milestonesOf(''),
  `insert into task_calls select body ->> '$.dispatchedAt', assignee, id from tasks
   where assignee is not null and body ->> '$.dispatchedAt' is not null`,
  `create trigger milestones_follow_history after insert on task_history when new.from_state is not new.to_state
   begin ${anew('new.task')} end`,
  `create trigger milestones_follow_tasks after update on tasks when ${isOtherwise}
   begin ${anew('new.id')} end`,
  `create trigger calls_of_new_tasks after insert on tasks when new.state = 'dispatched' and new.assignee is not null
   begin ${call} end`,
  `create trigger calls_of_tasks after update on tasks
   when new.state = 'dispatched' and new.assignee is not null
     and (old.state is not new.state or old.assignee is not new.assignee)
   begin ${call} end`,
] as const;

export const taskMilestones: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
