import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Why a command was withdrawn that nobody asked to withdraw (model/device-command.ts). */
export const commandsThatEnded: Migration = {
  up: async (db) => {
    await sql.raw(`alter table device_commands add column because text`).execute(db);
  },
};
