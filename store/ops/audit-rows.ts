import type { DatabaseSync } from 'node:sqlite';
import type { EpochMs } from '#model/brand.ts';
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
