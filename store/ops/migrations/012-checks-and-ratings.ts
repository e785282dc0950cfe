import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The milestones of migration 009 and beside them until when who checks has to, and what the work was worth: one text for what
 * comes and for what stands already, as there.
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
       then coalesce(handle_by, accept_by) end,
     case when state not in ('void', 'rejected') then verify_by end,
     case when state in ('feedback', 'closed', 'evaluated') then close_by end,
     case when rating is not null then rated_at end, rating
   from (
     select tasks.seq, tasks.id, tasks.category, tasks.place, tasks.body ->> '$.severity' as severity, tasks.state,
       tasks.assignee, tasks.rule, tasks.open, tasks.accept_by, tasks.handle_by, tasks.verify_by, tasks.close_by,
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
       -- The last time counts, also where the task was reopened since.
       (select h.at from task_history h where h.task = tasks.id and h.action = 'evaluate'
        order by h.n desc limit 1) as rated_at,
       (select why.value ->> '$.rating' from task_history h, json_each(h.because) why
        where h.task = tasks.id and h.action = 'evaluate' and why.value ->> '$.code' = 'rated'
        order by h.n desc limit 1) as rating,
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
const isOtherwise = [
  'state',
  'assignee',
  'category',
  'place',
  'accept_by',
  'handle_by',
  'verify_by',
  'close_by',
]
  .map((column) => `old.${column} is not new.${column}`)
  .join(' or ');

const statements = [
  ...['verify', 'close'].map(
    (what) =>
      `alter table tasks add column ${what}_by integer generated always as (body ->> '$.${what}By') virtual`,
  ),
  'drop trigger milestones_follow_history',
  'drop trigger milestones_follow_tasks',
  ...['verify_at', 'check_at', 'rated_at', 'rating'].map(
    (column) => `alter table task_milestones add column ${column} integer`,
  ),
  'delete from task_milestones',
  milestonesOf(''),
  ...['check', 'rated'].map(
    (what) =>
      `create index milestones_by_${what} on task_milestones (${what}_at) where ${what}_at is not null`,
  ),
  // A resident may rate what was merged: its state stays.
  `create trigger milestones_follow_history after insert on task_history
   when new.from_state is not new.to_state or new.action = 'evaluate'
   begin ${anew('new.task')} end`,
  `create trigger milestones_follow_tasks after update on tasks when ${isOtherwise}
   begin ${anew('new.id')} end`,
] as const;

export const checksAndRatings: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
