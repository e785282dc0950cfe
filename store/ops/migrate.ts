import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { teachHistoryChain } from '#store/ops/history-chain.ts';
import { spine } from '#store/ops/migrations/001-spine.ts';
import { deviceCommands } from '#store/ops/migrations/002-device-commands.ts';
import { reasonsAsData } from '#store/ops/migrations/003-reasons-as-data.ts';
import { quarantineGroups } from '#store/ops/migrations/004-quarantine-groups.ts';
import { ruleVersions } from '#store/ops/migrations/005-rule-versions.ts';
import { historyChain } from '#store/ops/migrations/006-history-chain.ts';
import { timeLimits } from '#store/ops/migrations/007-time-limits.ts';
import { notices } from '#store/ops/migrations/008-notices.ts';
import { taskMilestones } from '#store/ops/migrations/009-task-milestones.ts';
import { reports } from '#store/ops/migrations/010-reports.ts';
import { toldUntil } from '#store/ops/migrations/011-told-until.ts';
import { checksAndRatings } from '#store/ops/migrations/012-checks-and-ratings.ts';
import { forgottenReports } from '#store/ops/migrations/013-forgotten-reports.ts';
import { discardedQuarantine } from '#store/ops/migrations/014-discarded-quarantine.ts';
import { postedAlarms } from '#store/ops/migrations/015-posted-alarms.ts';
import { readingFeed } from '#store/ops/migrations/016-reading-feed.ts';
import { eventChanges } from '#store/ops/migrations/017-event-changes.ts';
import { tasksAtWork } from '#store/ops/migrations/018-tasks-at-work.ts';
import { commandsByGateways } from '#store/ops/migrations/019-commands-by-gateways.ts';
import { commandsThatEnded } from '#store/ops/migrations/020-commands-that-ended.ts';
import { memory } from '#store/ops/migrations/021-memory.ts';
import { applicationId, schemaVersion } from '#store/ops/schema-version.ts';
import { NodeSqliteDialect } from '#store/ops/sqlite-dialect.ts';

/** In the order in which they run; a released one never changes, a new one goes to the end. */
const migrations: Readonly<Record<string, Migration>> = {
  '001-spine': spine,
  '002-device-commands': deviceCommands,
  '003-reasons-as-data': reasonsAsData,
  '004-quarantine-groups': quarantineGroups,
  '005-rule-versions': ruleVersions,
  '006-history-chain': historyChain,
  '007-time-limits': timeLimits,
  '008-notices': notices,
  '009-task-milestones': taskMilestones,
  '010-reports': reports,
  '011-told-until': toldUntil,
  '012-checks-and-ratings': checksAndRatings,
  '013-forgotten-reports': forgottenReports,
  '014-discarded-quarantine': discardedQuarantine,
  '015-posted-alarms': postedAlarms,
  '016-reading-feed': readingFeed,
  '017-event-changes': eventChanges,
  '018-tasks-at-work': tasksAtWork,
  '019-commands-by-gateways': commandsByGateways,
  '020-commands-that-ended': commandsThatEnded,
  '021-memory': memory,
};

// The number stands by itself, so that who only reads the store need not load what makes it.
if (Object.keys(migrations).length !== schemaVersion)
  throw new Error(`store/ops/schema-version.ts says ${schemaVersion}; it is how many migrations there are`);

/** Brings the store to this version, all or nothing. Throws what the migration threw. */
export async function migrate(connection: DatabaseSync): Promise<void> {
  teachHistoryChain(connection);
  const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(connection) });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  if (Number(connection.prepare('pragma user_version').get()?.['user_version']) === schemaVersion) return;
  connection.exec(`pragma application_id = ${applicationId}; pragma user_version = ${schemaVersion}`);
}
