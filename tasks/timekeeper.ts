import { type EpochMs, epochMs, type PersonId, type TaskId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Reason } from '#model/reason.ts';
import type { Suspension } from '#model/task.ts';
import type { TaskTiming } from '#model/task-timing.ts';
import type { Assigner } from '#tasks/assigner.ts';
import { type Deadline, type Deadlines, timingOf } from '#tasks/deadlines.ts';
import { climb } from '#tasks/ladder-climb.ts';
import { cutLadder } from '#tasks/ladder-time.ts';
import { resume } from '#tasks/pausing.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';
import { remindersBy } from '#tasks/reminding.ts';
import { handOnAtShiftEnd, type ShiftEndSource } from '#tasks/shift-end.ts';
import { TaskDraft } from '#tasks/task-draft.ts';
import type { TaskLedger } from '#tasks/task-ledger.ts';

/** A time in which Gridbell saw nothing: what fell due in it is done after it, and says so. */
export interface Absence {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Does to a task what its deadlines say: notes that it is late, tells others, reminds, hands it on. */
export class Timekeeper {
  readonly #store: TaskStore;
  readonly #ledger: TaskLedger;
  readonly #deadlines: Deadlines;
  readonly #assigner: Assigner;
  readonly #shifts: ShiftEndSource;
  readonly #resumed: (row: TaskRow, at: EpochMs) => void;

  constructor(parts: {
    readonly store: TaskStore;
    readonly configuration: Configuration;
    readonly ledger: TaskLedger;
    readonly deadlines: Deadlines;
    readonly assigner: Assigner;
    /** It goes on by itself after a suspension. */
    readonly resumed: (row: TaskRow, at: EpochMs) => void;
  }) {
    this.#store = parts.store;
    this.#ledger = parts.ledger;
    this.#deadlines = parts.deadlines;
    this.#assigner = parts.assigner;
    this.#shifts = parts;
    this.#resumed = parts.resumed;
  }

  /** Everything that is due by `now`, each thing once; `absence`: the last time in which nothing could be done. */
  fire(id: TaskId, now: EpochMs, absence: Absence | null): void {
    const row = this.#store.task(id);
    if (!row) return;
    const due = this.#deadlines.of(row).filter(({ at }) => at <= now);
    const draft = TaskDraft.change(row, now);
    for (const deadline of due) {
      // In other hands everything begins anew.
      if (draft.row.dispatchedAt !== row.dispatchedAt) break;
      const isLate =
        absence !== null && deadline.at >= absence.from && deadline.at < absence.to && deadline.at < now;
      const late: readonly Reason[] = isLate ? [{ code: 'late', due: iso(deadline.at) }] : [];
      if (deadline.kind === 'resume') {
        this.#resume(draft, deadline.at, late, now);
        return;
      }
      this.#do(draft, deadline, late, now);
    }
    // In other hands it is another version; otherwise nobody who acts on it comes too late because of a reminder.
    if (draft.row.dispatchedAt !== row.dispatchedAt) this.#ledger.save(draft, now);
    else if (draft.entries.length > 0) this.#ledger.amend(draft, now);
    else this.#deadlines.follow(row, now);
  }

  /** Its state changes, so this is a version of its own. */
  #resume(draft: TaskDraft, until: EpochMs, late: readonly Reason[], now: EpochMs): void {
    const because: readonly Reason[] = [{ code: 'suspension-over', until: iso(until) }, ...late];
    resume(draft, { actor: 'system', action: 'resume', because }, now);
    this.#ledger.save(draft, now);
    this.#resumed(draft.row, now);
  }

  #do(
    draft: TaskDraft,
    deadline: Exclude<Deadline, { kind: 'resume' }>,
    late: readonly Reason[],
    now: EpochMs,
  ): void {
    const { row } = draft;
    const timing = timingOf(row);
    if (timing === null) return;
    switch (deadline.kind) {
      case 'limit':
        if (timing.phase === 'waiting' && isUnclaimed(row))
          this.#assign(draft, timing, { ...deadline, late, now });
        else
          this.#noteLimit(draft, timing, [
            { code: limitCode[timing.phase], limit: iso(deadline.at) },
            ...late,
          ]);
        return;
      case 'step':
        this.#escalate(draft, timing, { ...deadline, late, now });
        return;
      case 'rung':
        climb(draft, this.#shifts, { now, why: late });
        return;
      case 'reminder': {
        const reminders = remindersBy(deadline.base, deadline.limitMs, now);
        const because: readonly Reason[] = [{ code: 'reminder', number: reminders }, ...late];
        const fields = { timing: { ...timing, reminders } };
        draft.step(row.state, { actor: 'system', action: 'remind', because }, fields);
        return;
      }
      case 'shift-end':
        handOnAtShiftEnd(draft, this.#shifts, { timing, end: deadline.at, late, now });
        return;
      default:
        deadline satisfies never;
    }
  }

  #noteLimit(draft: TaskDraft, timing: TaskTiming, because: readonly Reason[]): void {
    const fields = { timing: { ...timing, isLimitNoted: true } };
    draft.step(draft.row.state, { actor: 'system', action: 'overdue', because }, fields);
  }

  /** Nobody claimed it: somebody gets it. */
  #assign(
    draft: TaskDraft,
    timing: TaskTiming,
    { at, late, now }: { readonly at: EpochMs; readonly late: readonly Reason[]; readonly now: EpochMs },
  ): void {
    const unclaimed: readonly Reason[] = [{ code: 'unclaimed', limit: iso(at) }, ...late];
    const found = this.#assigner.find(draft.row, now);
    const because = [...unclaimed, ...found.because];
    if (found.person === null) {
      this.#noteLimit(draft, timing, because);
      return;
    }
    const fields = this.#assigner.hand(draft.row, { person: found.person, because }, now);
    draft.step('dispatched', { actor: 'system', action: 'dispatch', because }, fields);
  }

  #escalate(
    draft: TaskDraft,
    timing: TaskTiming,
    {
      late,
      now,
      step,
    }: Deadline & { kind: 'step' } & {
      readonly late: readonly Reason[];
      readonly now: EpochMs;
    },
  ): void {
    const { row } = draft;
    const found = this.#whoElse(row, step.to, timing, now);
    const { person } = found;
    const because: readonly Reason[] = [
      { code: stepCode[timing.phase], afterMs: step.afterMs, role: step.to },
      ...late,
      ...(person === null ? [] : [{ code: 'told', person } as const]),
      ...found.because,
    ];
    const isNew = person !== null && !row.also.includes(person);
    const told = person === null ? timing.told : [...new Set([...timing.told, person])];
    draft.step(
      row.state,
      { actor: 'system', action: 'escalate', because },
      {
        timing: { ...timing, steps: timing.steps + 1, told },
        ...(isNew ? { also: [...row.also, person] } : {}),
      },
    );
  }

  /** Rather somebody who was not told yet; where there is nobody else, one of them again. Never who has it. */
  #whoElse(row: TaskRow, role: Parameters<Assigner['findAs']>[1], timing: TaskTiming, now: EpochMs) {
    const assignee: readonly PersonId[] = row.assignee === null ? [] : [row.assignee];
    const fresh = this.#assigner.findAs(row, role, now, new Set([...assignee, ...timing.told]));
    return fresh.person === null ? this.#assigner.findAs(row, role, now, new Set(assignee)) : fresh;
  }

  /** The clock was set back to `to`: what was begun later was begun then, and its limits keep their length. */
  cut(id: TaskId, to: EpochMs): void {
    const row = this.#store.task(id);
    if (row?.suspended?.until !== undefined) this.#cutSuspension(row, row.suspended, to);
    const timing = row && timingOf(row);
    if (!row || !timing) return;
    const ahead = timing.since - to;
    const back = (at: EpochMs | null) => (at === null ? null : epochMs(at - ahead));
    const ladder = cutLadder(row, to);
    if (ahead <= 0 && Object.keys(ladder).length === 0) {
      this.#deadlines.follow(row, to);
      return;
    }
    const { acceptBy, acceptedAt, closeBy, dispatchedAt, handleBy, createdAt, verifyBy } = row;
    const earlier = (at: EpochMs | null) => (at === null ? null : epochMs(Math.min(at, to)));
    const limits: Partial<Omit<TaskRow, 'id' | 'version' | 'state'>> = {
      createdAt: epochMs(Math.min(createdAt, to)),
      dispatchedAt: earlier(dispatchedAt),
      acceptedAt: earlier(acceptedAt),
      acceptBy: back(acceptBy),
      handleBy: back(handleBy),
      ...(verifyBy == null || timing.phase !== 'verifying' ? {} : { verifyBy: back(verifyBy) }),
      ...(closeBy == null || timing.phase !== 'closing' ? {} : { closeBy: back(closeBy), enteredAt: to }),
      timing: { ...timing, since: to },
    };
    const fields = { ...(ahead > 0 ? limits : {}), ...ladder };
    const by = Math.max(ahead, (row.ladder?.since ?? to) - to, 0);
    const because: readonly Reason[] = [{ code: 'clock-set-back', by }];
    this.#ledger.amend(
      TaskDraft.change(row, to).step(
        row.state,
        { actor: 'system', action: 'clock-set-back', because },
        fields,
      ),
      to,
    );
  }

  /** A time that was named stays; but what was begun later than `to` lasts no longer than it was to. */
  #cutSuspension(row: TaskRow, suspended: Suspension, to: EpochMs): void {
    const { at, until } = suspended;
    if (until === undefined || at <= to) return;
    const because: readonly Reason[] = [{ code: 'clock-set-back', by: at - to }];
    const draft = TaskDraft.change(row, to).step(
      'suspended',
      { actor: 'system', action: 'clock-set-back', because },
      { suspended: { ...suspended, at: to, until: epochMs(until - (at - to)) } },
    );
    this.#ledger.amend(draft, to);
  }
}

const isUnclaimed = ({ assignee, because = [] }: TaskRow): boolean =>
  assignee === null && because.some(({ code }) => code === 'open-to-claim');

const limitCode = {
  verifying: 'verify-limit-passed',
  waiting: 'accept-limit-passed',
  working: 'handle-limit-passed',
  closing: 'close-limit-passed',
} as const;

/** Why somebody of a role is told. */
const stepCode = {
  verifying: 'not-verified',
  waiting: 'not-accepted',
  working: 'not-accepted',
  closing: 'not-closed',
} as const;
