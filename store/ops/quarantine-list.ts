import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import { type DeviceId, type EpochMs, epochMs } from '#model/brand.ts';
import type { QuarantineReason } from '#model/quarantine.ts';
import { numberAfter, type Page, type PageRequest, pageOf } from '#store/ops/page.ts';
import type { QuarantineRow, QuarantineSeal } from '#store/ops/quarantine-rows.ts';
import type { OpsSchema } from '#store/ops/schema.ts';
import { rowsOf } from '#store/ops/sqlite-dialect.ts';

/** All that are given must fit. */
export interface QuarantineFilter {
  readonly device?: string | undefined;
  readonly reason?: QuarantineReason | undefined;
  readonly ids?: readonly number[] | undefined;
  readonly state?: 'held' | 'replayed' | undefined;
}

/** What is kept of a message, or of a single value of it (`property`); `replayedAt` null: still held. */
export interface QuarantineEntry {
  readonly id: number;
  readonly device: DeviceId;
  readonly receivedAt: EpochMs;
  readonly topic: string;
  readonly dialect: string;
  readonly reason: QuarantineReason;
  readonly property: string | null;
  readonly detail: string;
  /** Base64; empty where the reader has no key. */
  readonly payload: string;
  readonly replayedAt: EpochMs | null;
}

/** Newest first. */
export function listQuarantine(
  connection: DatabaseSync,
  queries: Kysely<OpsSchema>,
  request: {
    readonly filter: QuarantineFilter;
    readonly page: PageRequest;
    readonly seal: QuarantineSeal | undefined;
  },
): Page<QuarantineEntry> {
  const { filter, page, seal } = request;
  let query = queries
    .selectFrom('quarantine')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (filter.device !== undefined) query = query.where('device', '=', filter.device);
  if (filter.reason !== undefined) query = query.where('reason', '=', filter.reason);
  if (filter.ids !== undefined) query = query.where('id', 'in', [...filter.ids]);
  if (filter.state === 'held') query = query.where('replayed_at', 'is', null);
  if (filter.state === 'replayed') query = query.where('replayed_at', 'is not', null);
  if (page.cursor !== undefined) query = query.where('id', '<', numberAfter(page.cursor));
  const rows = rowsOf(connection, query) as QuarantineRow[];
  return pageOf(rows, page.limit, { keyOf: (row) => row.id, item: (row) => entryFrom(row, seal) });
}

const entryFrom = (row: QuarantineRow, seal: QuarantineSeal | undefined): QuarantineEntry => ({
  id: row.id,
  device: row.device,
  receivedAt: epochMs(row.received_at),
  topic: row.topic,
  dialect: row.dialect,
  reason: row.reason,
  property: row.property,
  detail: row.detail,
  payload: seal?.open(row).toString('base64') ?? '',
  replayedAt: row.replayed_at === null ? null : epochMs(row.replayed_at),
});
