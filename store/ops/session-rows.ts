import type { DatabaseSync } from 'node:sqlite';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** Who signed in, by the hash of the session's secret. */
export interface Session {
  readonly account: string;
  readonly expiresAt: EpochMs;
}

export class SessionRows {
  readonly #get: Statement<{ account: string; expires_at: number }>;
  readonly #open: Statement<never>;
  readonly #close: Statement<never>;
  readonly #closeAllOf: Statement<never>;
  readonly #dropExpired: Statement<never>;

  constructor(connection: DatabaseSync) {
    this.#get = prepare(connection, 'select account, expires_at from sessions where token_hash = ?');
    this.#open = prepare(
      connection,
      `insert into sessions (token_hash, account, opened_at, expires_at) values (?, ?, ?, ?)
       on conflict (token_hash) do nothing`,
    );
    this.#close = prepare(connection, 'delete from sessions where token_hash = ?');
    this.#closeAllOf = prepare(connection, 'delete from sessions where account = ?');
    this.#dropExpired = prepare(connection, 'delete from sessions where expires_at <= ?');
  }

  /** Also one that has expired: the caller has the clock. */
  get(tokenHash: string): Session | undefined {
    const row = this.#get.get(tokenHash);
    return row && { account: row.account, expiresAt: epochMs(row.expires_at) };
  }
  open(session: Session & { readonly tokenHash: string; readonly openedAt: EpochMs }): void {
    this.#dropExpired.run(session.openedAt);
    this.#open.run(session.tokenHash, session.account, session.openedAt, session.expiresAt);
  }
  close(tokenHash: string): void {
    this.#close.run(tokenHash);
  }
  closeAllOf(account: string): void {
    this.#closeAllOf.run(account);
  }
}
