import type { EpochMs } from '#model/brand.ts';
import type { Reason } from '#model/reason.ts';
import type { TaskHistoryEntry, TaskState } from '#model/task.ts';
import type { TaskRow } from '#tasks/ports.ts';
import { reasonText } from '#tasks/reason-text.ts';

/** What a step says about itself; where it comes from and goes to is added by the draft. */
export interface StepNote {
  readonly actor: string;
  readonly action: string;
  readonly comment?: string | undefined;
  readonly because?: readonly Reason[] | undefined;
}

/**
 * A task on its way from one version to the next: each step is taken over together with its history entry, so that the
 * states in the history always chain.
 */
export class TaskDraft {
  readonly #at: EpochMs;
  readonly #before: TaskRow | null;
  readonly #entries: TaskHistoryEntry[] = [];
  #row: TaskRow;

  private constructor(row: TaskRow, at: EpochMs, before: TaskRow | null) {
    this.#row = row;
    this.#before = before;
    this.#at = at;
  }

  /** A task that is not in the store yet; `row.version` is 0, `row.state` the state that it is filed in. */
  static begin(row: TaskRow, at: EpochMs, note: StepNote): TaskDraft {
    const draft = new TaskDraft(row, at, null);
    draft.#note(null, row.state, note);
    return draft;
  }

  /** The next version of a task that stands. */
  static change(row: TaskRow, at: EpochMs): TaskDraft {
    return new TaskDraft(row, at, row);
  }

  /** The version that stands; null: none does. */
  get before(): TaskRow | null {
    return this.#before;
  }
  get row(): TaskRow {
    return this.#row;
  }
  get entries(): readonly TaskHistoryEntry[] {
    return this.#entries;
  }

  /** Goes to a state (or stays in it) and changes fields with it. */
  step(to: TaskState, note: StepNote, fields: Partial<Omit<TaskRow, 'id' | 'version' | 'state'>> = {}): this {
    this.#note(this.#row.state, to, note);
    // Whatever leads out of a suspension ends it.
    const ended = this.#row.suspended && to !== 'suspended' ? { suspended: null } : {};
    const lapsed = this.#row.suspensionRequest && to !== this.#row.state && to !== 'in-progress';
    const entered = this.#row.state === to ? {} : { enteredAt: this.#at };
    this.#row = {
      ...this.#row,
      ...ended,
      ...(lapsed ? { suspensionRequest: null } : {}),
      ...entered,
      ...fields,
      state: to,
    };
    return this;
  }

  /** Changes fields that go with a step that was taken. */
  set(fields: Partial<Omit<TaskRow, 'id' | 'version' | 'state'>>): this {
    this.#row = { ...this.#row, ...fields };
    return this;
  }

  #note(from: TaskState | null, to: TaskState, { actor, action, comment, because = [] }: StepNote): void {
    this.#entries.push({
      at: this.#at,
      actor,
      action,
      from,
      to,
      comment: comment ?? null,
      reason: reasonText(because),
      because,
    });
  }
}
