import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import { epochMs } from '#model/brand.ts';
import type { AuditEntry } from '#store/ops/audit-rows.ts';
import { numberAfter, type Page, type PageRequest, pageOf } from '#store/ops/page.ts';
import type { OpsSchema } from '#store/ops/schema.ts';
import { rowsOf } from '#store/ops/sqlite-dialect.ts';

/** Newest first. */
export function listAudit(
  connection: DatabaseSync,
  queries: Kysely<OpsSchema>,
  page: PageRequest,
): Page<AuditEntry & { readonly seq: number }> {
  let query = queries
    .selectFrom('audit')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(page.limit + 1);
  if (page.cursor !== undefined) query = query.where('seq', '<', numberAfter(page.cursor));
  return pageOf(rowsOf(connection, query), page.limit, {
    keyOf: (row) => row.seq,
    item: (row) => ({ ...row, at: epochMs(row.at) }),
  });
}
