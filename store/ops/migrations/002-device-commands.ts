import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Commands to devices (model/device-command.ts), and their changes on the live stream. */
const statements = [
  // In the order in which they were asked for, which is the order in which they go out.
  `create table device_commands (
     seq integer primary key autoincrement,
     device text not null,
     id text not null,
     command text not null,
     args text not null check (json_valid(args)),
     expires_in integer not null,
     asked_by text not null,
     asked_at integer not null,
     expires_at integer not null,
     state text not null check (state in ('waiting', 'sent', 'delivered', 'answered', 'expired', 'withdrawn')),
     sent_at integer,
     delivered_at integer,
     answered_at integer,
     ended_at integer,
     reply text check (json_valid(reply)),
     unique (device, id)
   ) strict`,
  `create index device_commands_by_device on device_commands (device, seq)`,
  `create index device_commands_open on device_commands (device, seq) where state in ('waiting', 'sent')`,
  `create index device_commands_by_expiry on device_commands (expires_at, seq) where state in ('waiting', 'sent')`,

  // SQLite cannot change a check: the events move into a table with a longer list of topics, numbers and all.
  `create table events_moved (
     seq integer primary key autoincrement,
     topic text not null check (topic in ('alarms', 'tasks', 'device-commands')),
     at integer not null,
     place text not null,
     body text not null check (json_valid(body))
   ) strict`,
  `insert into events_moved (seq, topic, at, place, body) select seq, topic, at, place, body from events`,
  // Also of those that were trimmed: a number never comes twice.
  `delete from sqlite_sequence where name = 'events_moved'`,
  `insert into sqlite_sequence (name, seq) select 'events_moved', seq from sqlite_sequence where name = 'events'`,
  `drop table events`,
  `alter table events_moved rename to events`,
] as const;

export const deviceCommands: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
