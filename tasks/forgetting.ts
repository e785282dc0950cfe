import type { EpochMs, TaskId } from '#model/brand.ts';
import type { ForgottenPart, TaskReport } from '#model/report.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';
import { TaskDraft } from '#tasks/task-draft.ts';
import type { TaskLedger } from '#tasks/task-ledger.ts';
import { isOver } from '#tasks/transitions.ts';

/**
 * Lets go of what residents left, once its time is over. What was reported, when, where, how it was rated and what became
 * of it stays: that names nobody.
 */
export class Forgetting {
  readonly #store: TaskStore;
  readonly #ledger: TaskLedger;

  constructor(parts: { readonly store: TaskStore; readonly ledger: TaskLedger }) {
    this.#store = parts.store;
    this.#ledger = parts.ledger;
  }

  /** Those that are open (again) and those that nobody reported are left as they are. The version stays. */
  forget(tasks: readonly TaskId[], part: ForgottenPart, now: EpochMs): void {
    for (const id of tasks) {
      const row = this.#store.task(id);
      if (!row?.report || !isOver(row.state)) continue;
      const revisit = row.revisit === undefined ? undefined : this.#store.task(row.revisit);
      this.#write(row, part, { report: without(row.report, part) }, now);
      // A revisit is called after what the resident wrote.
      if (revisit && part === 'words') this.#write(revisit, part, {}, now);
      this.#store.reports.forgot(id, part);
    }
  }

  #write(row: TaskRow, part: ForgottenPart, fields: { readonly report?: TaskReport }, now: EpochMs) {
    const title = part === 'words' && row.publicTitle ? { title: row.publicTitle } : {};
    const because = [{ code: 'time-over', part }] as const;
    const note = { actor: 'system', action: 'forget', because };
    this.#ledger.amend(TaskDraft.change(row, now).step(row.state, note, { ...fields, ...title }), now);
  }
}

function without(report: TaskReport, part: ForgottenPart): TaskReport {
  const { reopenedWhy: _why, ...rest } = report;
  const known = { ...(part === 'phone' ? report : rest), contact: null, forgotten: part };
  return part === 'phone'
    ? known
    : { ...known, words: '', rating: report.rating && { ...report.rating, words: null } };
}
