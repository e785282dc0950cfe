import type { DatabaseSync } from 'node:sqlite';
import type { EpochMs } from '#model/brand.ts';
import type { HistoryErasure } from '#model/history-erasure.ts';
import { StateRows } from '#store/ops/state-rows.ts';
import { parsed } from '#store/ops/statement.ts';

/** Where they are kept (StateRows), by their subject. */
const erasureState = 'history-erasures';

/** What is to be erased from history, and was: written with the command that orders it, so that no crash forgets it. */
export class ErasureRows {
  readonly #state: StateRows;

  constructor(connection: DatabaseSync) {
    this.#state = new StateRows(connection);
  }

  order(subjects: readonly string[], at: EpochMs): void {
    for (const subject of subjects) this.#put({ subject, at, isDone: false });
  }

  /** Those that were ordered again since then stay open. */
  done(erasures: readonly HistoryErasure[]): void {
    const now = new Map(this.all().map((each) => [each.subject, each]));
    for (const { at, subject } of erasures) {
      const standing = now.get(subject);
      if (standing?.at === at) this.#put({ ...standing, isDone: true });
    }
  }

  all(): readonly HistoryErasure[] {
    return [...this.#state.of(erasureState)].map(([, state]) => parsed<HistoryErasure>(state));
  }

  #put(erasure: HistoryErasure): void {
    this.#state.put(erasureState, erasure.subject, JSON.stringify(erasure));
  }
}
