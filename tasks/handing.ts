import type { EpochMs, PersonId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import type { Reason } from '#model/reason.ts';
import type { TaskHistoryEntry } from '#model/task.ts';
import type { Assigner, Choice } from '#tasks/assigner.ts';
import { actorName, worksAt } from '#tasks/permission.ts';
import type { TaskRow } from '#tasks/ports.ts';
import { reasonText } from '#tasks/reason-text.ts';
import type { AllowedAction } from '#tasks/task-action.ts';
import type { StepNote, TaskDraft } from '#tasks/task-draft.ts';

/** Whose hands a task gets into: to somebody found or named, back to who handled it, on from who gives it back. */
export class Handing {
  readonly #configuration: Configuration;
  readonly #assigner: Assigner;

  constructor(configuration: Configuration, assigner: Assigner) {
    this.#configuration = configuration;
    this.#assigner = assigner;
  }

  /** What was reported becomes a task that somebody has. */
  file(draft: TaskDraft, note: StepNote, now: EpochMs): TaskDraft {
    draft.step('filed', note);
    const { also, decision } = this.#assigner.begin(draft.row, now);
    return this.#dispatch(draft, decision, { now, also });
  }

  /** Back to the one who did it, as long as there is such a person. */
  rework(draft: TaskDraft, note: StepNote, now: EpochMs): TaskDraft {
    const { assignee } = draft.row;
    draft.step('rework', note);
    const decision =
      assignee !== null && this.#configuration.person(assignee)
        ? { person: assignee, because: [{ code: 'same-worker', person: assignee }] as const }
        : this.#assigner.find(draft.row, now);
    return this.#dispatch(draft, decision, { now });
  }

  /** To somebody who did not give it back already; without one it stays filed, for a leader to dispatch. */
  giveBack(draft: TaskDraft, note: StepNote, { row, history, now }: AllowedAction): TaskDraft {
    draft.step('returned', note);
    const givers = this.#whoGaveItBack(history);
    const decision = this.#assigner.find(row, now, row.assignee ? givers.add(row.assignee) : givers);
    const because: readonly Reason[] =
      decision.person === null ? [{ code: 'returned' }, ...decision.because] : [];
    draft.step(
      'filed',
      { actor: 'system', action: 'file', because },
      { ...unassigned, reason: reasonText(because), because },
    );
    return decision.person === null ? draft : this.#dispatch(draft, decision, { now });
  }

  /** Dispatch and transfer. */
  hand(draft: TaskDraft, note: StepNote, allowed: AllowedAction): Outcome<TaskDraft> {
    const { row, history, asker, input, now } = allowed;
    const decision =
      input.to === undefined
        ? succeed(this.#found(row, history, now))
        : namedPerson(this.#configuration, row, { to: input.to, by: actorName(asker) });
    if (!decision.ok) return decision;
    const fields = this.#assigner.hand(row, decision.value, now);
    return succeed(draft.step('dispatched', { ...note, because: decision.value.because }, fields));
  }

  /** Rather somebody who did not give it back; where there is nobody else, one of them after all. */
  #found(row: TaskRow, history: readonly TaskHistoryEntry[], now: EpochMs): Choice {
    const fresh = this.#assigner.find(row, now, this.#whoGaveItBack(history));
    return fresh.person === null ? this.#assigner.find(row, now) : fresh;
  }

  #whoGaveItBack(history: readonly TaskHistoryEntry[]): Set<PersonId> {
    const givers = new Set(history.filter((entry) => entry.action === 'return').map((entry) => entry.actor));
    const people = [...this.#configuration.people()].map((person) => person.id);
    return new Set(people.filter((person) => givers.has(person)));
  }

  #dispatch(
    draft: TaskDraft,
    decision: Choice,
    { now, ...beside }: { readonly now: EpochMs; readonly also?: TaskRow['also'] },
  ): TaskDraft {
    const fields = { ...this.#assigner.hand(draft.row, decision, now), ...beside };
    return draft.step(
      'dispatched',
      { actor: 'system', action: 'dispatch', because: decision.because },
      fields,
    );
  }
}

/** Somebody whom a person chose: they must be able to take it. */
export function namedPerson(
  configuration: Configuration,
  row: Pick<TaskRow, 'assignee' | 'place'>,
  { to, by }: { readonly to: string; readonly by: string },
): Outcome<Choice> {
  const person = [...configuration.people()].find((entry) => entry.id === to);
  if (!person) return fail('unknown-reference', `there is no person ${to}`);
  if (person.role === 'auditor') return fail('invalid-input', `${to} is an auditor and takes no tasks`);
  if (person.id === row.assignee) return fail('invalid-input', `${to} has the task already`);
  if (!worksAt(configuration, person.id, row.place))
    return fail('invalid-input', `${to} does not work at ${row.place}`);
  return succeed({ person: person.id, because: [{ code: 'named', by }] });
}

const unassigned = { assignee: null, dispatchedAt: null, acceptedAt: null, acceptBy: null, handleBy: null };
