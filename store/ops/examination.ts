import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { EpochMs } from '#model/brand.ts';
import { openUnchanged } from '#model/unchanged-database.ts';
import { OpsStoreUnusable, refuseForeign, unusable } from '#store/ops/connection.ts';
import { brokenChains, teachHistoryChain } from '#store/ops/history-chain.ts';
import { ProgressRows } from '#store/ops/progress-rows.ts';
import { OpsReader } from '#store/ops/reader.ts';
import { schemaVersion } from '#store/ops/schema-version.ts';
import { prepare } from '#store/ops/statement.ts';

/** Faults that are told; one of them is enough to know what to do. */
const mostTold = 5;

/** Without `deep` a larger file is not read from end to end: that would take minutes. */
const quickUpTo = 2 ** 30;

/** Written by an older Gridbell. The next start brings it to this version; until then it cannot be looked at. */
export class OpsStoreOlder extends Error {
  override readonly name = 'OpsStoreOlder';

  constructor(path: string, version: number) {
    super(`${path}: of store version ${version}, an older Gridbell's; this one has ${schemaVersion}`);
  }
}

/** The ops store opened to be looked at: nothing of it changes, also while a platform works on it. */
export class OpsExamination implements Disposable {
  readonly #connection: DatabaseSync;
  readonly version: number;
  readonly reader: OpsReader;

  private constructor(connection: DatabaseSync, version: number) {
    this.#connection = connection;
    this.version = version;
    teachHistoryChain(connection);
    this.reader = new OpsReader(connection);
  }

  /** Throws `OpsStoreOlder`; `OpsStoreUnusable` when it is not there, damaged, foreign, or of a newer Gridbell. */
  static open(path: string): OpsExamination {
    if (!existsSync(path)) throw new OpsStoreUnusable(`${path}: there is no ops store`);
    let connection: DatabaseSync | undefined;
    try {
      connection = openUnchanged(path);
      refuseForeign(connection, path);
      const version = Number(connection.prepare('pragma user_version').get()?.['user_version']);
      if (version < schemaVersion) throw new OpsStoreOlder(path, version);
      return new OpsExamination(connection, version);
    } catch (error) {
      connection?.close();
      throw unusable(error, path);
    }
  }

  /** What SQLite finds wrong with the file and with references in it; `deep` reads every index too, and also a large file. */
  damage(deep: boolean): readonly string[] {
    const check = deep ? 'integrity_check' : 'quick_check';
    const isRead = deep || this.#bytes() <= quickUpTo;
    const said = (isRead ? this.#connection.prepare(`pragma ${check}(${mostTold})`).all() : [])
      .map((row) => String(row[check]))
      .filter((text) => text !== 'ok');
    return [
      ...said,
      ...this.#texts(
        `select "table" || ' refers to a row of ' || parent || ' that is not there' as text
         from pragma_foreign_key_check limit ${mostTold}`,
      ),
    ];
  }

  /**
   * Where the histories of tasks, and the audit, are not whole: entries are numbered, each begins where the last ended, and
   * its hash stands for itself and all before it.
   */
  brokenHistories(): readonly string[] {
    return [
      ...this.#texts(
        `select 'task ' || task || ' misses entries of its history' as text from task_history
         group by task having count(*) <> max(n) limit ${mostTold}`,
      ),
      ...this.#texts(
        `select 'task ' || h.task || ', entry ' || h.n || ' begins in ' || ifnull(h.from_state, 'nothing')
           || ', but the one before ended in ' || p.to_state as text
         from task_history h join task_history p on p.task = h.task and p.n = h.n - 1
         where h.from_state is not p.to_state limit ${mostTold}`,
      ),
      ...this.#texts(
        `select 'task ' || t.id || ' is ' || t.state || ', but its history ends in ' || ifnull(h.to_state, 'nothing') as text
         from tasks t left join task_history h on h.task = t.id
           and h.n = (select max(n) from task_history where task = t.id)
         where h.to_state is not t.state limit ${mostTold}`,
      ),
      ...brokenChains(this.#connection, mostTold).map(
        ({ n, task }) => `task ${task}, entry ${n} of its history is not what was written`,
      ),
      ...this.#texts(
        `select 'task ' || e.task || ' misses entries at the end of its history: it had ' || e.n as text
         from history_heads e left join task_history h on h.task = e.task and h.n = e.n
         where h.hash is not e.hash and not exists
           (select 1 from task_history later where later.task = e.task and later.n >= e.n) limit ${mostTold}`,
      ),
      ...this.#texts(
        `select 'the audit misses ' || (max(seq) - count(*)) || ' entries' as text from audit having count(*) <> max(seq)`,
      ),
    ];
  }

  /** Messages and values that came into quarantine since then and are still there. */
  quarantinedSince(since: EpochMs): number {
    const query = `select count(*) as n from quarantine
       where replayed_at is null and discarded_at is null and received_at >= ?`;
    return prepare<{ n: number }>(this.#connection, query).get(since)?.n ?? 0;
  }

  /** The engine's now at its last commit, in ms; undefined before the first. */
  engineNow(): number | undefined {
    return new ProgressRows(this.#connection).get('engine-now');
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  #bytes(): number {
    const query = 'select page_count * page_size as bytes from pragma_page_count, pragma_page_size';
    return prepare<{ bytes: number }>(this.#connection, query).get()?.bytes ?? 0;
  }

  #texts(query: string): string[] {
    return prepare<{ text: string }>(this.#connection, query)
      .all()
      .map(({ text }) => text);
  }
}
