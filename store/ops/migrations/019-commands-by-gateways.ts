import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Commands that go out through a gateway, in its dialect (model/device-command.ts). */
const statements = [
  // Over whose connections it goes out: the device's own, or its gateway's.
  `alter table device_commands add column carrier text`,
  `update device_commands set carrier = device`,
  `alter table device_commands add column via text check (json_valid(via))`,
  // Sent once at most: what opens a door is not opened again by a connection that comes back.
  `alter table device_commands add column once integer not null default 0`,
  `create index device_commands_carried on device_commands (carrier, seq) where state in ('waiting', 'sent')`,
] as const;

export const commandsByGateways: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
