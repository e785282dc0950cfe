import type { DatabaseSync } from 'node:sqlite';
import { type Kysely, sql } from 'kysely';
import type { PlaceId } from '#model/brand.ts';
import type { ResourceName } from '#model/command.ts';
import type { Stored } from '#model/configuration.ts';
import { type Page, type PageRequest, pageOf, textAfter } from '#store/ops/page.ts';
import { isSecret, type StoredRow, secretTables, storedFrom } from '#store/ops/resource-rows.ts';
import type { OpsSchema } from '#store/ops/schema.ts';
import { rowsOf } from '#store/ops/sqlite-dialect.ts';

/**
 * Only what belongs to exactly these places: what stands there (`place` of a device, resident, roster), the place
 * itself, a mode of it, a person who works there. Resources without a place belong to none.
 */
export interface ResourcePageRequest extends PageRequest {
  readonly place?: PlaceId | readonly PlaceId[] | undefined;
}

/** Sorted by id. */
export function listResources<Name extends ResourceName>(
  connection: DatabaseSync,
  queries: Kysely<OpsSchema>,
  request: { readonly resource: Name; readonly page: ResourcePageRequest },
): Page<Stored<Name>> {
  const { resource, page } = request;
  const table = isSecret(resource) ? secretTables[resource] : 'resources';
  let query = queries
    .selectFrom(sql<StoredRow>`${sql.table(table)}`.as('stored'))
    .select(['id', 'version', 'body', 'updated_at'])
    .where('body', 'is not', null)
    .orderBy('id')
    .limit(page.limit + 1);
  if (!isSecret(resource)) query = query.where(sql<boolean>`resource = ${resource}`);
  if (page.place !== undefined)
    query = query.where(isSecret(resource) ? sql<boolean>`false` : belongsTo([page.place].flat()));
  if (page.cursor !== undefined) query = query.where('id', '>', textAfter(page.cursor));
  return pageOf(rowsOf(connection, query), page.limit, {
    keyOf: (row) => row.id,
    item: (row) => storedFrom(resource, row),
  });
}

const belongsTo = (places: readonly PlaceId[]) => {
  const wanted = sql`(select value from json_each(${JSON.stringify(places)}))`;
  return sql<boolean>`(place in ${wanted} or (resource = 'person'
    and exists (select 1 from json_each(body, '$.places') as works where works.value in ${wanted})))`;
};
