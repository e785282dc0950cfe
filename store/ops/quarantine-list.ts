import type { DatabaseSync } from 'node:sqlite';
import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import { type DeviceId, type EpochMs, epochMs } from '#model/brand.ts';
import type { QuarantineReason } from '#model/quarantine.ts';
import { numberAfter, type Page, type PageRequest, pageOf } from '#store/ops/page.ts';
import type { QuarantineRow, QuarantineSeal } from '#store/ops/quarantine-rows.ts';
import type { OpsSchema } from '#store/ops/schema.ts';
import { rowsOf } from '#store/ops/sqlite-dialect.ts';

/** `discarded`: put away without being read again. */
export const quarantineStates = ['held', 'replayed', 'discarded'] as const;
export type QuarantineState = (typeof quarantineStates)[number];

/** All that are given must fit. */
export interface QuarantineFilter {
  readonly device?: string | undefined;
  readonly dialect?: string | undefined;
  readonly reason?: QuarantineReason | undefined;
  /** Null: those that mean a whole message. */
  readonly property?: string | null | undefined;
  readonly ids?: readonly number[] | undefined;
  readonly state?: QuarantineState | undefined;
}

/** What is kept of a message, or of a single value of it (`property`); both times null: still held. */
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
  readonly discardedAt: EpochMs | null;
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
    .where(fits(filter))
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (page.cursor !== undefined) query = query.where('id', '<', numberAfter(page.cursor));
  const rows = rowsOf(connection, query) as QuarantineRow[];
  return pageOf(rows, page.limit, { keyOf: (row) => row.id, item: (row) => entryFrom(row, seal) });
}

/** The ids of all that fit, in the order in which they came, at most `limit`. */
export function quarantineIds(
  connection: DatabaseSync,
  queries: Kysely<OpsSchema>,
  request: { readonly filter: QuarantineFilter; readonly limit: number },
): number[] {
  const query = queries
    .selectFrom('quarantine')
    .select('id')
    .where(fits(request.filter))
    .orderBy('id')
    .limit(request.limit);
  return rowsOf(connection, query).map(({ id }) => id);
}

/** How many bytes the payloads of these have, as they rest; those that are not there have none. */
export function quarantineBytes(
  connection: DatabaseSync,
  ids: readonly number[],
): ReadonlyMap<number, number> {
  const rows = connection
    .prepare(
      'select id, length(payload) as bytes from quarantine where id in (select value from json_each(?))',
    )
    .all(JSON.stringify(ids));
  return new Map(rows.map(({ bytes, id }) => [Number(id), Number(bytes)]));
}

/** What the two times of an entry are in each state. */
const stands = {
  held: [
    ['replayed_at', 'is'],
    ['discarded_at', 'is'],
  ],
  replayed: [['replayed_at', 'is not']],
  discarded: [['discarded_at', 'is not']],
} as const;

/** All that are given must fit. */
export const fits =
  (filter: QuarantineFilter) =>
  (eb: ExpressionBuilder<OpsSchema, 'quarantine'>): Expression<SqlBool> => {
    const { device, dialect, ids, property, reason, state } = filter;
    return eb.and([
      ...(device === undefined ? [] : [eb('device', '=', device)]),
      ...(dialect === undefined ? [] : [eb('dialect', '=', dialect)]),
      ...(reason === undefined ? [] : [eb('reason', '=', reason)]),
      ...(property === undefined ? [] : [eb('property', 'is', property)]),
      ...(ids === undefined ? [] : [eb('id', 'in', [...ids])]),
      ...(state === undefined ? [] : stands[state].map(([column, is]) => eb(column, is, null))),
    ]);
  };

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
  discardedAt: row.discarded_at === null ? null : epochMs(row.discarded_at),
});
