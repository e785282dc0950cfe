import { type EpochMs, epochMs, plus, type TaskId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { parseDuration } from '#model/duration.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import { lowRating, mostReopenings, type TaskReport } from '#model/report.ts';
import type { Task } from '#model/task.ts';
import type { Assigner, Choice, TaskDeskOptions } from '#tasks/assigner.ts';
import type { Filing } from '#tasks/filing.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';
import { TaskDraft } from '#tasks/task-draft.ts';
import type { TaskLedger } from '#tasks/task-ledger.ts';
import { isDone } from '#tasks/transitions.ts';

const resident = 'resident';

/** Until when the report of a closed task may be opened again: as its category says, else for 7 days. */
export function reopenUntil(
  { category, closedAt }: Pick<Task, 'category' | 'closedAt'>,
  configuration: Configuration,
): EpochMs {
  const within = configuration.category(category).reopenWithin;
  return closedAt === null ? epochMs(0) : plus(closedAt, parseDuration(within) ?? 0);
}

/** Where a task goes on: itself, or at the end of all that it was merged into. */
export function whereItGoesOn<T extends Pick<Task, 'mergedInto'>>(
  task: T,
  find: (id: TaskId) => T | undefined,
): T {
  const next = task.mergedInto === undefined ? undefined : find(task.mergedInto);
  return next === undefined ? task : whereItGoesOn(next, find);
}

/** What the resident said of the work as it was closed last; null: nothing yet. */
export const standingRating = ({ rating }: TaskReport, { closedAt }: Pick<Task, 'closedAt'>) =>
  rating !== null && (closedAt === null || rating.at >= closedAt) ? rating : null;

/** Whether the resident may rate it now. Of what a report was merged into several may say what they think. */
export function mayRate(
  own: Pick<Task, 'id' | 'report'>,
  work: Pick<Task, 'id' | 'state' | 'closedAt'>,
): boolean {
  if (!own.report || standingRating(own.report, work) !== null) return false;
  return work.state === 'closed' || (work.id !== own.id && work.state === 'evaluated');
}

/** What residents say of the work: how good it was, or that it is not done. */
export class Verdicts {
  readonly #store: TaskStore;
  readonly #configuration: Configuration;
  readonly #ledger: TaskLedger;
  readonly #assigner: Assigner;
  readonly #filing: Filing;

  constructor(
    parts: Omit<TaskDeskOptions, 'order'> & {
      readonly ledger: TaskLedger;
      readonly assigner: Assigner;
      readonly filing: Filing;
    },
  ) {
    this.#store = parts.store;
    this.#configuration = parts.configuration;
    this.#ledger = parts.ledger;
    this.#assigner = parts.assigner;
    this.#filing = parts.filing;
  }

  /**
   * 1 to 5, once for each time that it was closed. A low rating opens a task for the grid leader to go and ask. What was
   * merged keeps the resident's word with the report, and the task that goes on says so in its history.
   */
  evaluate(codeHash: string, verdict: Verdict, now: EpochMs): Outcome<Task> {
    const found = this.#reported(codeHash);
    if (!found.ok) return found;
    const { own, report, work } = found.value;
    if (standingRating(report, work) !== null)
      return fail('wrong-state', 'this was rated already; thank you');
    if (!mayRate(own, work))
      return fail('wrong-state', 'this can be rated once it is done', { state: work.state });
    const { rating, words } = verdict;
    const isOwn = work.id === own.id;
    const draft = TaskDraft.change(own, now).step(
      isOwn ? 'evaluated' : own.state,
      // The words are in the report, which can let them go; a history keeps what it has.
      { actor: resident, action: 'evaluate', because: [{ code: 'rated', rating }] },
      {
        ...(isOwn ? { rating } : {}),
        report: { ...report, rating: { rating, words: words ?? null, at: now } },
      },
    );
    const revisit = rating <= lowRating ? this.#revisitOf(own) : null;
    if (revisit !== null) draft.step(draft.row.state, { actor: 'system', action: 'revisit' }, { revisit });
    const task = this.#ledger.save(draft, now);
    if (!isOwn) this.#tell(work, own, rating, now);
    if (revisit !== null) this.#filing.fileRevisit({ id: revisit, of: own, rating }, now);
    return succeed(task);
  }

  /** Not done: back to who handled it, or to whoever is found. For some days after it was closed, and not for ever. */
  reopen(codeHash: string, words: string, now: EpochMs): Outcome<Task> {
    const found = this.#reported(codeHash);
    if (!found.ok) return found;
    const { own, report, work } = found.value;
    if (!isDone(work.state))
      return fail('wrong-state', 'only what is done can be opened again', { state: work.state });
    if (now > reopenUntil(work, this.#configuration))
      return fail('wrong-state', 'the time to open this again is over; report it anew', {
        state: work.state,
      });
    if (report.reopened >= mostReopenings)
      return fail('limit-reached', `this was opened again ${mostReopenings} times; please call`);
    const anew: TaskReport = { ...report, rating: null, reopened: report.reopened + 1, reopenedWhy: words };
    const note = { actor: resident, action: 'reopen' };
    const isOwn = work.id === own.id;
    // Its own reporter may rate it again, too.
    const theirs = work.report ? { report: { ...work.report, rating: null, reopenedWhy: words } } : {};
    const because = isOwn ? [] : [{ code: 'merged-from', task: own.id, alarms: own.alarms.length } as const];
    const draft = TaskDraft.change(work, now).step(
      'rework',
      { ...note, because },
      {
        closedAt: null,
        ...(isOwn ? { report: anew } : theirs),
      },
    );
    const choice = this.#handlerOf(draft.row, now);
    draft.step(
      'dispatched',
      { actor: 'system', action: 'dispatch', because: choice.because },
      this.#assigner.hand(draft.row, choice, now),
    );
    if (isOwn) return succeed(this.#ledger.save(draft, now));
    this.#ledger.save(draft, now);
    return succeed(
      this.#ledger.save(TaskDraft.change(own, now).step(own.state, note, { report: anew }), now),
    );
  }

  #reported(codeHash: string): Outcome<{ own: TaskRow; report: TaskReport; work: TaskRow }> {
    const entry = this.#store.reports.byCode(codeHash);
    const own = entry && this.#store.task(entry.task);
    if (!own?.report) return fail('not-found', 'there is no such report');
    return succeed({ own, report: own.report, work: whereItGoesOn(own, (id) => this.#store.task(id)) });
  }

  /** What the resident wrote stays with the report. */
  #tell(work: TaskRow, own: TaskRow, rating: number, now: EpochMs): void {
    this.#ledger.note(work, now, {
      actor: resident,
      action: 'merged-rating',
      because: [
        { code: 'rated', rating },
        { code: 'merged-from', task: own.id, alarms: own.alarms.length },
      ],
    });
  }

  /** Who handled it, while that person still works where it lies; else whoever is found. */
  #handlerOf(row: TaskRow, now: EpochMs): Choice {
    const { assignee } = row;
    return assignee !== null && this.#configuration.person(assignee)
      ? { person: assignee, because: [{ code: 'reopened', person: assignee }] }
      : this.#assigner.find(row, now);
  }

  #revisitOf(row: TaskRow): TaskId {
    return `${row.id}_v${(row.report?.reopened ?? 0) + 1}` as TaskId;
  }
}

interface Verdict {
  readonly rating: number;
  readonly words?: string | undefined;
}
