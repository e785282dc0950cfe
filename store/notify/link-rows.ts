import type { DatabaseSync } from 'node:sqlite';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** A one-tap link as it is kept (notify/ports.ts `OneTap`, by shape). */
export interface LinkRow {
  readonly id: string;
  readonly task: string;
  readonly person: string;
  readonly action: string;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

/** Links that were made, and when each was used. */
export class LinkRows<L extends LinkRow> {
  readonly #get: Statement<L>;
  readonly #open: Statement<L>;
  readonly #put: Statement<never>;

  constructor(connection: DatabaseSync) {
    const columns = 'id, task, person, action, expires_at as expiresAt, used_at as usedAt';
    this.#get = prepare(connection, `select ${columns} from links where id = ?`);
    this.#open = prepare(
      connection,
      `select ${columns} from links
       where task = ? and person = ? and action = ? and expires_at > ? and used_at is null limit 1`,
    );
    this.#put = prepare(
      connection,
      `insert into links (id, task, person, action, expires_at, used_at) values (?, ?, ?, ?, ?, ?)
       on conflict (id) do update set used_at = excluded.used_at`,
    );
  }

  get(id: string): L | undefined {
    const row = this.#get.get(id);
    return row && { ...row };
  }
  open(of: Pick<L, 'task' | 'person' | 'action'>, at: number): L | undefined {
    const row = this.#open.get(of.task, of.person, of.action, at);
    return row && { ...row };
  }
  put({ action, expiresAt, id, person, task, usedAt }: L): void {
    this.#put.run(id, task, person, action, expiresAt, usedAt);
  }
}
