import type { DatabaseSync } from 'node:sqlite';
import type { Notice } from '#model/notice.ts';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';

/** What people are to be told, each thing once, in the order in which it came about. */
export class NoticeRows {
  readonly #put: Statement<never>;
  readonly #after: Statement<{ seq: number; body: string }>;
  readonly #trim: Statement<never>;

  constructor(connection: DatabaseSync) {
    this.#put = prepare(
      connection,
      'insert into notices (id, body) values (?, ?) on conflict (id) do nothing',
    );
    this.#after = prepare(connection, 'select seq, body from notices where seq > ? order by seq limit ?');
    this.#trim = prepare(connection, 'delete from notices where seq <= (select max(seq) from notices) - ?');
  }

  /** The same id a second time changes nothing. */
  put(notice: Omit<Notice, 'seq'>): void {
    this.#put.run(notice.id, JSON.stringify(notice));
  }
  /** In order, at most `limit`. */
  after(seq: number, limit: number): readonly Notice[] {
    return this.#after
      .all(seq, limit)
      .map((row) => ({ ...parsed<Omit<Notice, 'seq'>>(row.body), seq: row.seq }));
  }
  trim(keepNewest: number): void {
    this.#trim.run(keepNewest);
  }
}
