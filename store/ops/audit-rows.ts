import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { numberAfter, type Page, type PageRequest, pageOf } from '#store/ops/page.ts';
import type { OpsSchema } from '#store/ops/schema.ts';
import { rowsOf } from '#store/ops/sqlite-dialect.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** Who did what to what. */
export interface AuditEntry {
  readonly at: EpochMs;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: string | null;
}

/** Append-only: triggers refuse everything else. */
export class AuditRows {
  readonly #append: Statement<never>;

  constructor(connection: DatabaseSync) {
    this.#append = prepare(
      connection,
      'insert into audit (at, actor, action, target, detail) values (?, ?, ?, ?, ?)',
    );
  }
  append({ at, actor, action, target, detail }: AuditEntry): void {
    this.#append.run(at, actor, action, target, detail);
  }
}

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
