import type { DatabaseSync } from 'node:sqlite';
import { type Kysely, sql } from 'kysely';
import type { Alarm, Severity } from '#model/alarm.ts';
import type { AlarmId, EpochMs, PlaceId } from '#model/brand.ts';
import { numberAfter, type Page, type PageRequest, pageOf } from '#store/ops/page.ts';
import { atPlaces } from '#store/ops/place-filter.ts';
import type { OpsSchema } from '#store/ops/schema.ts';
import { rowsOf } from '#store/ops/sqlite-dialect.ts';
import { parsed } from '#store/ops/statement.ts';

/** All that are given must fit. */
export interface AlarmFilter {
  readonly state?: Alarm['state'] | undefined;
  readonly ack?: boolean | undefined;
  readonly severity?: Severity | undefined;
  /** At any of exactly these places; none in the list: no alarm. */
  readonly places?: readonly PlaceId[] | undefined;
  /** Exactly these, as far as they exist. */
  readonly ids?: readonly AlarmId[] | undefined;
  readonly rule?: string | undefined;
  readonly device?: string | undefined;
  /** from ≤ startedAt < to. */
  readonly from?: EpochMs | undefined;
  readonly to?: EpochMs | undefined;
}

/** Newest (last inserted) first. */
export function listAlarms(
  connection: DatabaseSync,
  queries: Kysely<OpsSchema>,
  request: { readonly filter: AlarmFilter; readonly page: PageRequest },
): Page<Alarm> {
  const { filter, page } = request;
  let query = queries
    .selectFrom('alarms')
    .select(['seq', 'body'])
    .orderBy('seq', 'desc')
    .limit(page.limit + 1);
  // Written out, since a partial index is only taken for a constant that stands in the text.
  if (filter.state === 'active') query = query.where(sql<boolean>`state = 'active'`);
  if (filter.state === 'cleared') query = query.where('state', '=', 'cleared');
  if (filter.ack !== undefined) query = query.where('ack', '=', Number(filter.ack));
  if (filter.severity !== undefined) query = query.where('severity', '=', filter.severity);
  if (filter.places !== undefined) query = query.where(atPlaces(filter.places));
  if (filter.ids !== undefined)
    query = query.where(sql<boolean>`id in (select value from json_each(${JSON.stringify(filter.ids)}))`);
  if (filter.rule !== undefined) query = query.where('rule', '=', filter.rule);
  if (filter.device !== undefined) query = query.where('device', '=', filter.device);
  if (filter.from !== undefined) query = query.where('started_at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('started_at', '<', filter.to);
  if (page.cursor !== undefined) query = query.where('seq', '<', numberAfter(page.cursor));
  return pageOf(rowsOf(connection, query), page.limit, {
    keyOf: (row) => row.seq,
    item: (row) => parsed<Alarm>(row.body),
  });
}
