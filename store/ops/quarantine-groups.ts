import type { DatabaseSync } from 'node:sqlite';
import { type Kysely, sql } from 'kysely';
import { type DeviceId, type EpochMs, epochMs } from '#model/brand.ts';
import type { QuarantineReason } from '#model/quarantine.ts';
import { fits, type QuarantineFilter } from '#store/ops/quarantine-list.ts';
import type { OpsSchema } from '#store/ops/schema.ts';
import { rowsOf } from '#store/ops/sqlite-dialect.ts';

/** Everything in quarantine that went wrong in the same way. */
export interface QuarantineGroup {
  readonly device: DeviceId;
  readonly dialect: string;
  readonly reason: QuarantineReason;
  /** Null: whole messages. */
  readonly property: string | null;
  readonly held: number;
  readonly replayed: number;
  readonly discarded: number;
  /** When the first and the last of them were received. */
  readonly first: EpochMs;
  readonly last: EpochMs;
  /** Id of the newest. */
  readonly newest: number;
}

export interface QuarantineGroupRequest {
  readonly filter: QuarantineFilter;
  /** Only of these; undefined: of all, also of those that nobody knows. */
  readonly devices?: readonly string[] | undefined;
  readonly limit: number;
}

/** Read from the index alone: what is held first, the newest first, at most `limit`. */
export function groupQuarantine(
  connection: DatabaseSync,
  queries: Kysely<OpsSchema>,
  { devices, filter, limit }: QuarantineGroupRequest,
): QuarantineGroup[] {
  let query = queries
    .selectFrom('quarantine')
    .where(fits(filter))
    .groupBy(['device', 'dialect', 'reason', 'property'])
    .select(['device', 'dialect', 'reason', 'property'])
    .select([
      sql<number>`count(*)`.as('total'),
      sql<number>`count(replayed_at)`.as('replayed'),
      sql<number>`count(discarded_at)`.as('discarded'),
      sql<number>`min(received_at)`.as('first'),
      sql<number>`max(received_at)`.as('last'),
      sql<number>`max(id)`.as('newest'),
    ])
    .orderBy(sql`count(*) > count(replayed_at) + count(discarded_at)`, 'desc')
    .orderBy('last', 'desc')
    .limit(limit);
  if (devices !== undefined)
    query = query.where(sql<boolean>`device in (select value from json_each(${JSON.stringify(devices)}))`);
  return rowsOf(connection, query).map(({ device, first, last, reason, total, ...row }) => ({
    ...row,
    device: device as DeviceId,
    reason: reason as QuarantineReason,
    held: total - row.replayed - row.discarded,
    first: epochMs(first),
    last: epochMs(last),
  }));
}
