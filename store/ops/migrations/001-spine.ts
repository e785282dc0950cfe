import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The tables of the spine. Times are epoch milliseconds. What is filtered or sorted by is a column generated from the
 * JSON body, so that the two cannot disagree; `seq` rises with insertion and is what lists are sorted by.
 */
const statements = [
  // How far the engine came: inbox positions and its clock.
  `create table progress (
     name text primary key check (name in ('position', 'snapshot-position', 'engine-now', 'data-clock')),
     value integer not null
   ) strict, without rowid`,

  // Configuration. body null: deleted; the version stays.
  `create table resources (
     resource text not null,
     id text not null,
     version integer not null check (version > 0),
     body text check (json_valid(body)),
     updated_at integer not null,
     place text generated always as (case resource
       when 'place' then id when 'mode' then body ->> '$.target' else body ->> '$.place' end) virtual,
     primary key (resource, id)
   ) strict, without rowid`,

  // Secrets rest apart, so that no list and no export of resources meets them.
  `create table accounts (
     id text primary key,
     version integer not null check (version > 0),
     body text check (json_valid(body)),
     updated_at integer not null
   ) strict, without rowid`,
  `create table api_tokens (
     id text primary key,
     version integer not null check (version > 0),
     body text check (json_valid(body)),
     updated_at integer not null,
     token_hash text generated always as (body ->> '$.tokenHash') stored
   ) strict`,
  `create index api_tokens_by_hash on api_tokens (token_hash)`,
  `create table credentials (
     id text primary key,
     version integer not null check (version > 0),
     body text check (json_valid(body)),
     updated_at integer not null,
     token_hash text generated always as (body ->> '$.tokenHash') stored
   ) strict`,
  `create table sessions (
     token_hash text primary key,
     account text not null,
     opened_at integer not null,
     expires_at integer not null
   ) strict, without rowid`,
  `create index sessions_by_expiry on sessions (expires_at)`,

  `create table alarms (
     seq integer primary key,
     id text not null unique check (id = body ->> '$.id'),
     body text not null,
     rule text not null generated always as (body ->> '$.rule') stored,
     device text not null generated always as (body ->> '$.device') stored,
     place text not null generated always as (body ->> '$.place') stored,
     severity text not null generated always as (body ->> '$.severity') stored
       check (severity in ('critical', 'major', 'minor', 'warning')),
     state text not null generated always as (body ->> '$.state') stored check (state in ('active', 'cleared')),
     ack integer not null generated always as (body ->> '$.ack') stored check (ack in (0, 1)),
     started_at integer not null generated always as (body ->> '$.startedAt') stored
   ) strict`,
  `create index alarms_active on alarms (seq) where state = 'active'`,
  `create index alarms_by_place on alarms (place, seq)`,
  `create index alarms_by_rule on alarms (rule, seq)`,
  `create index alarms_by_device on alarms (device, seq)`,
  `create index alarms_by_start on alarms (started_at)`,

  `create table tasks (
     seq integer primary key,
     id text not null unique check (id = body ->> '$.id'),
     body text not null,
     state text not null generated always as (body ->> '$.state') stored,
     category text not null generated always as (body ->> '$.category') stored,
     place text not null generated always as (body ->> '$.place') stored,
     assignee text generated always as (body ->> '$.assignee') stored,
     rule text generated always as (body ->> '$.rule') stored,
     key text generated always as (body ->> '$.key') stored,
     accept_by integer generated always as (body ->> '$.acceptBy') stored,
     handle_by integer generated always as (body ->> '$.handleBy') stored,
     open integer not null generated always as
       (body ->> '$.state' not in ('closed', 'evaluated', 'rejected', 'void')) stored
   ) strict`,
  `create index tasks_by_state on tasks (state, seq)`,
  `create index tasks_by_place on tasks (place, seq)`,
  `create index tasks_by_assignee on tasks (assignee, seq)`,
  `create index open_tasks on tasks (seq) where open = 1`,
  `create index open_tasks_by_rule on tasks (rule, key, seq) where open = 1`,
  `create index open_tasks_by_category on tasks (category, seq) where open = 1`,
  `create index open_tasks_by_assignee on tasks (assignee, seq) where open = 1`,

  `create table task_history (
     task text not null references tasks (id) deferrable initially deferred,
     n integer not null check (n > 0),
     at integer not null,
     actor text not null,
     action text not null,
     from_state text,
     to_state text not null,
     comment text,
     reason text,
     primary key (task, n)
   ) strict, without rowid`,
  `create table audit (
     seq integer primary key autoincrement,
     at integer not null,
     actor text not null,
     action text not null,
     target text not null,
     detail text
   ) strict`,
  ...['task_history', 'audit'].flatMap((table) => [
    `create trigger ${table}_keeps_its_rows before delete on ${table}
     begin select raise(abort, '${table} is append-only'); end`,
    `create trigger ${table}_keeps_its_words before update on ${table}
     begin select raise(abort, '${table} is append-only'); end`,
  ]),

  // Work to be done later, by due time.
  `create table timers (
     id text primary key,
     due integer not null,
     kind text not null,
     ref text not null
   ) strict, without rowid`,
  `create index timers_by_due on timers (due, id)`,

  // The live stream's log; autoincrement: a number never comes twice, whatever was trimmed.
  `create table events (
     seq integer primary key autoincrement,
     topic text not null check (topic in ('alarms', 'tasks')),
     at integer not null,
     place text not null,
     body text not null check (json_valid(body))
   ) strict`,

  // The engine's memory (model/snapshot.ts).
  `create table state (
     component text not null,
     key text not null,
     state text not null,
     primary key (component, key)
   ) strict, without rowid`,

  // payload: sealed (model/seal.ts).
  `create table quarantine (
     id integer primary key autoincrement,
     device text not null,
     received_at integer not null,
     position integer not null,
     topic text not null,
     dialect text not null,
     reason text not null,
     property text,
     detail text not null,
     payload blob not null,
     replayed_at integer
   ) strict`,
  `create index quarantine_held on quarantine (id) where replayed_at is null`,
  `create index quarantine_by_device on quarantine (device, id)`,
  `create index quarantine_by_reason on quarantine (reason, id)`,

  // value: JSON, since SQLite has no booleans and 1 is not true.
  `create table latest (
     device text not null,
     property text not null,
     value text not null check (json_valid(value)),
     at integer not null,
     received_at integer not null,
     flags integer not null,
     position integer not null,
     primary key (device, property)
   ) strict, without rowid`,
  `create table presence (
     device text primary key,
     online integer not null check (online in (0, 1)),
     at integer not null,
     cause text not null
   ) strict, without rowid`,

  // Batches on their way to history (store/ops/history-batch.ts).
  `create table history_outbox (
     position integer primary key,
     body blob not null
   ) strict`,
] as const;

export const spine: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
