import { type EpochMs, type PersonId, plus, type RuleId } from '#model/brand.ts';
import { workingHoursOf } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import { parseLimit } from '#model/limit.ts';
import type { Role } from '#model/role.ts';
import type { TaskOrder } from '#model/rule.ts';
import { type DispatchDecision, findWorker } from '#tasks/dispatch.ts';
import { dutyChain } from '#tasks/duty-roles.ts';
import { type EscalationStep, escalationSteps } from '#tasks/escalation.ts';
import type { RuleTaskOrder, TaskRow, TaskStore } from '#tasks/ports.ts';
import { reasonText } from '#tasks/reason-text.ts';
import { WorkingCalendar } from '#tasks/working-calendar.ts';

export interface TaskDeskOptions {
  readonly store: TaskStore;
  readonly configuration: Configuration;
  /** What the rule orders now; undefined: there is no such rule (any more). */
  readonly order: (rule: RuleId) => RuleTaskOrder | undefined;
}

const nobody: ReadonlySet<PersonId> = new Set();

/** Finds people for tasks and hands tasks to them, with the time limits of their rule. */
export class Assigner {
  readonly #store: TaskStore;
  readonly #configuration: Configuration;
  readonly #order: TaskDeskOptions['order'];

  constructor({ store, configuration, order }: TaskDeskOptions) {
    this.#store = store;
    this.#configuration = configuration;
    this.#order = order;
  }

  /** The role that a task is for: its rule says it; without one, its category. */
  roleOf(row: Pick<TaskRow, 'rule' | 'category'>): Role {
    return this.#orderOf(row)?.to ?? this.#configuration.category(row.category).owner;
  }

  find(row: TaskRow, now: EpochMs, excluded: ReadonlySet<PersonId> = nobody): DispatchDecision {
    return this.#find(row, this.roleOf(row), now, excluded);
  }

  /** As for another role, with nobody of it those who stand in. */
  findAs(row: TaskRow, role: Role, now: EpochMs, excluded: ReadonlySet<PersonId>): DispatchDecision {
    return this.#find(row, role, now, excluded);
  }

  /** Who is told while nobody has accepted, and when (tasks/escalation.ts). */
  steps(row: TaskRow): readonly EscalationStep[] {
    const ordered = this.#orderOf(row)?.escalate ?? [];
    return escalationSteps({
      row,
      ordered,
      standIns: dutyChain(this.roleOf(row), this.#configuration.category(row.category)).slice(1),
    });
  }

  /** Who is told beside the assignee: one person for each role, found the same way. */
  alsoFor(row: TaskRow, assignee: PersonId | null, now: EpochMs): readonly PersonId[] {
    const found = (this.#orderOf(row)?.also ?? []).map((role) => this.#find(row, role, now, nobody).person);
    return [...new Set(found)].filter((person) => person !== null).filter((person) => person !== assignee);
  }

  /** Hands the task over: from now on the new assignee has `accept-within` to accept it. */
  hand(row: TaskRow, decision: Choice, now: EpochMs): HandOver {
    return {
      assignee: decision.person,
      reason: reasonText(decision.because),
      because: decision.because,
      dispatchedAt: now,
      acceptedAt: null,
      acceptBy: this.#limitEnd(row, 'accept', now),
      handleBy: null,
    };
  }

  /** Until when a task that is accepted now has to be handled. */
  handleBy(row: TaskRow, now: EpochMs): EpochMs | null {
    return this.#limitEnd(row, 'handle', now);
  }

  /** By the rule; where it says nothing by the category, whose limits may be in working hours and days. */
  #limitEnd(row: TaskRow, step: 'accept' | 'handle', from: EpochMs): EpochMs | null {
    const order = this.#orderOf(row);
    const ordered = (step === 'accept' ? order?.acceptWithinMs : order?.handleWithinMs) ?? null;
    if (ordered !== null) return plus(from, ordered);
    const text = this.#configuration.category(row.category).limits[step];
    const limit = text === undefined ? undefined : parseLimit(text);
    return limit === undefined ? null : calendarOf(this.#configuration).end(limit, from);
  }

  #orderOf(row: Pick<TaskRow, 'rule'>): TaskOrder | null {
    return row.rule === null ? null : (this.#order(row.rule)?.task ?? null);
  }

  #find(row: TaskRow, role: Role, at: EpochMs, excluded: ReadonlySet<PersonId>): DispatchDecision {
    return findWorker(
      {
        configuration: this.#configuration,
        countOpen: (person) => this.#store.countOpen(person),
      },
      {
        place: row.place,
        role,
        category: row.category,
        skills: this.#orderOf(row)?.skills ?? [],
        excluded,
        at,
      },
    );
  }
}

const calendarOf = ({ community, timezone }: Configuration): WorkingCalendar =>
  new WorkingCalendar({ zone: timezone, hours: workingHoursOf(community) });

/** Who gets a task, and why; null: nobody. */
export type Choice = Pick<DispatchDecision, 'person' | 'because'>;

/** The fields of a task that change when it gets into other hands. */
export type HandOver = Pick<
  TaskRow,
  'assignee' | 'reason' | 'because' | 'dispatchedAt' | 'acceptedAt' | 'acceptBy' | 'handleBy'
>;
