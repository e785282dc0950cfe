import type { DatabaseSync } from 'node:sqlite';

/** "Gnot" in ASCII: tells the notifier's store from any other SQLite file. */
const applicationId = 0x476e6f74;

/** In the order in which they run; a released one never changes. `pragma user_version` counts them. */
const migrations: readonly string[] = [
  `create table progress (name text primary key, value integer not null) strict, without rowid;

   -- Notices on their way; body: a Message as JSON.
   create table messages (
     seq integer primary key,
     id text not null unique,
     task text not null,
     person text not null,
     state text not null,
     lead text,
     due_at integer,
     told_at integer,
     life_safety integer not null,
     body text not null check (json_valid(body))
   ) strict;
   create index messages_due on messages (due_at) where due_at is not null;
   create index messages_of_task on messages (task, person);
   create index messages_of_person on messages (person, seq);
   create index messages_of_lead on messages (lead) where lead is not null;

   create table deliveries (
     id integer primary key autoincrement,
     message text not null,
     channel text not null,
     key text not null unique,
     state text not null,
     due_at integer,
     life_safety integer not null,
     body text not null check (json_valid(body))
   ) strict;
   create index deliveries_due on deliveries (channel, due_at) where due_at is not null;
   create index deliveries_of_message on deliveries (message);
   create index deliveries_state on deliveries (state, channel);

   create table attempts (
     delivery integer not null,
     number integer not null,
     at integer not null,
     outcome text not null,
     because text,
     primary key (delivery, number)
   ) strict, without rowid;

   create table circuits (channel text primary key, body text not null) strict, without rowid;

   create table links (
     id text primary key,
     task text not null,
     person text not null,
     action text not null,
     expires_at integer not null,
     used_at integer
   ) strict, without rowid;
   create index links_of_task on links (task, person, action);

   create table push_subscriptions (
     endpoint text primary key,
     person text not null,
     body text not null,
     at integer not null
   ) strict, without rowid;
   create index push_of_person on push_subscriptions (person)`,

  // Both are asked for each notice; through all that somebody was told in half a year it took longer with each day.
  `create index messages_waiting on messages (person, seq)
     where state = 'waiting' and life_safety = 0 and task <> '';
   create index messages_told on messages (person, told_at) where life_safety = 0`,
];

/** Makes the tables, or brings older ones to this version. Throws for a file that is something else or newer. */
export function migrateNotifyStore(connection: DatabaseSync, path: string): void {
  const read = (name: string): number => Number(connection.prepare(`pragma ${name}`).get()?.[name] ?? 0);
  const version = read('user_version');
  const isForeign = read('schema_version') !== 0 && read('application_id') !== applicationId;
  if (isForeign) throw new Error(`${path}: this is not a notifier's store of Gridbell`);
  if (version > migrations.length)
    throw new Error(`${path}: written by a newer Gridbell; install that version again`);
  if (version === migrations.length) return;
  connection.exec('begin immediate');
  for (const migration of migrations.slice(version)) connection.exec(migration);
  connection.exec(
    `pragma application_id = ${applicationId}; pragma user_version = ${migrations.length}; commit`,
  );
}
