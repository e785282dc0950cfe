import type { EpochMs, PersonId, TaskId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import type { Reason } from '#model/reason.ts';
import type { TaskHistoryEntry } from '#model/task.ts';
import type { Assigner, Choice } from '#tasks/assigner.ts';
import { type Asker, actorName, worksAt } from '#tasks/permission.ts';
import type { TaskRow } from '#tasks/ports.ts';
import { reasonText } from '#tasks/reason-text.ts';
import { TaskDraft } from '#tasks/task-draft.ts';
import type { LiveAction } from '#tasks/transitions.ts';

/** What somebody asks for: an action on the version of a task that they saw. */
export interface TaskAction {
  readonly task: TaskId;
  readonly action: string;
  readonly version: number;
  readonly comment?: string;
  /** A person, of dispatch and transfer. */
  readonly to?: string;
}

/** An action that the table and the rights allow; what it does is left to say. */
export interface AllowedAction {
  readonly row: TaskRow;
  readonly history: readonly TaskHistoryEntry[];
  readonly action: LiveAction;
  readonly asker: Asker;
  readonly input: TaskAction;
  readonly now: EpochMs;
}

/** What each action does to a task: its states, its assignee, its time limits. */
export class LifeCycle {
  readonly #configuration: Configuration;
  readonly #assigner: Assigner;

  constructor(configuration: Configuration, assigner: Assigner) {
    this.#configuration = configuration;
    this.#assigner = assigner;
  }

  perform(allowed: AllowedAction): Outcome<TaskDraft> {
    const { row, action, asker, input, now } = allowed;
    const draft = TaskDraft.change(row, now);
    const note = { actor: actorName(asker), action, comment: input.comment };
    switch (action) {
      case 'accept':
        return succeed(draft.step('accepted', note, this.#acceptance(row, now)));
      case 'claim': {
        const { person } = asker;
        if (person === undefined) return fail('not-allowed', 'a claim is for a person');
        const because = [{ code: 'claimed', person }] as const;
        const reason = reasonText(because);
        const fields = { assignee: person, reason, because, ...this.#acceptance(row, now) };
        return succeed(draft.step('accepted', { ...note, because }, fields));
      }
      case 'start':
        return succeed(draft.step('in-progress', note));
      case 'feedback':
        return succeed(draft.step('feedback', note));
      case 'close':
        return succeed(draft.step('closed', note, { closedAt: now }));
      case 'void':
        return succeed(draft.step('void', note));
      case 'rework':
        return succeed(this.#rework(draft, note, now));
      case 'return':
        return succeed(this.#giveBack(draft, note, allowed));
      case 'dispatch':
      case 'transfer':
        return this.#hand(draft, note, allowed);
      default:
        return action satisfies never;
    }
  }

  #acceptance(row: TaskRow, now: EpochMs): Pick<TaskRow, 'acceptedAt' | 'dispatchedAt' | 'handleBy'> {
    return {
      acceptedAt: now,
      dispatchedAt: row.dispatchedAt ?? now,
      handleBy: this.#assigner.handleBy(row, now),
    };
  }

  /** Back to the one who did it, as long as there is such a person. */
  #rework(draft: TaskDraft, note: Note, now: EpochMs): TaskDraft {
    const { assignee } = draft.row;
    draft.step('rework', note);
    const decision =
      assignee !== null && this.#configuration.person(assignee)
        ? { person: assignee, because: [{ code: 'same-worker', person: assignee }] as const }
        : this.#assigner.find(draft.row, now);
    return this.#dispatch(draft, decision, now);
  }

  /** To somebody who did not give it back already; without one it stays filed, for a leader to dispatch. */
  #giveBack(draft: TaskDraft, note: Note, { row, history, now }: AllowedAction): TaskDraft {
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
    return decision.person === null ? draft : this.#dispatch(draft, decision, now);
  }

  #hand(
    draft: TaskDraft,
    note: Note,
    { row, history, asker, input, now }: AllowedAction,
  ): Outcome<TaskDraft> {
    const decision =
      input.to === undefined
        ? succeed(this.#found(row, history, now))
        : this.#named(row, input.to, actorName(asker));
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

  /** Somebody whom a person chose: they must be able to take it. */
  #named(row: TaskRow, to: string, by: string): Outcome<Choice> {
    const person = [...this.#configuration.people()].find((entry) => entry.id === to);
    if (!person) return fail('unknown-reference', `there is no person ${to}`);
    if (person.role === 'auditor') return fail('invalid-input', `${to} is an auditor and takes no tasks`);
    if (person.id === row.assignee) return fail('invalid-input', `${to} has the task already`);
    if (!worksAt(this.#configuration, person.id, row.place))
      return fail('invalid-input', `${to} does not work at ${row.place}`);
    return succeed({ person: person.id, because: [{ code: 'named', by }] });
  }

  #dispatch(draft: TaskDraft, decision: Choice, now: EpochMs): TaskDraft {
    const fields = this.#assigner.hand(draft.row, decision, now);
    return draft.step(
      'dispatched',
      { actor: 'system', action: 'dispatch', because: decision.because },
      fields,
    );
  }
}

interface Note {
  readonly actor: string;
  readonly action: string;
  readonly comment: string | undefined;
}

const unassigned = { assignee: null, dispatchedAt: null, acceptedAt: null, acceptBy: null, handleBy: null };
