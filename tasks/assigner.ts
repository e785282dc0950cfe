import type { ToVerify } from '#model/alarm.ts';
import { type EpochMs, minute, type PersonId, plus, type RuleId } from '#model/brand.ts';
import type { LimitedStep } from '#model/category.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Role } from '#model/role.ts';
import type { TaskOrder } from '#model/rule.ts';
import type { TimedPhase } from '#model/task-timing.ts';
import type { PhaseSpan } from '#tasks/deadlines.ts';
import {
  type DispatchDecision,
  type DispatchQuestion,
  type DispatchSource,
  findAll,
  findWorker,
} from '#tasks/dispatch.ts';
import { dutyChain } from '#tasks/duty-roles.ts';
import { type EscalationStep, stepsOf } from '#tasks/escalation.ts';
import { limitEnd } from '#tasks/limits.ts';
import type { RuleTaskOrder, TaskRow, TaskStore } from '#tasks/ports.ts';
import { reasonText } from '#tasks/reason-text.ts';

export interface TaskDeskOptions {
  readonly store: TaskStore;
  readonly configuration: Configuration;
  /** What the rule orders now; undefined: there is no such rule (any more). */
  readonly order: (rule: RuleId) => RuleTaskOrder | undefined;
  /** Whether what a gateway told as retained state still is a danger that nobody took back and no alarm stands for. */
  readonly isToVerify: (report: Pick<ToVerify, 'rule' | 'device' | 'key'>) => boolean;
}

const nobody: ReadonlySet<PersonId> = new Set();

/** Finds people for tasks and hands tasks to them, with the time limits of their rule. */
export class Assigner {
  readonly #source: DispatchSource;
  readonly #configuration: Configuration;
  readonly #order: TaskDeskOptions['order'];

  constructor({ store, configuration, order }: TaskDeskOptions) {
    this.#configuration = configuration;
    this.#order = order;
    this.#source = {
      configuration,
      countOpen: (person) => store.countOpen(person),
      whereabouts: (person) => store.whereabouts(person),
      lastTurn: (category, person) => store.lastTurn(category, person),
    };
  }

  /** The role that a task is for: its rule says it; without one, its category. */
  roleOf(row: Pick<TaskRow, 'rule' | 'category' | 'role'>): Role {
    return this.#orderOf(row)?.to ?? row.role ?? this.#configuration.category(row.category).owner;
  }

  /**
   * Whose a new task becomes, and who is told beside them. A category whose tasks are claimed 抢单 gives it to nobody: all who
   * may take it are told. A call for help is always given to somebody.
   */
  begin(row: TaskRow, now: EpochMs): { readonly decision: Choice; readonly also: readonly PersonId[] } {
    const offer =
      this.#configuration.category(row.category).dispatch === 'claim' && !row.lifeSafety
        ? findAll(this.#source, this.#question(row, this.roleOf(row), now, nobody))
        : null;
    if (offer === null) {
      const decision = this.find(row, now);
      return { decision, also: this.alsoFor(row, decision.person, now) };
    }
    const also = [...new Set([...offer.people, ...this.alsoFor(row, null, now)])];
    return { decision: { person: null, because: offer.because }, also };
  }

  find(row: TaskRow, now: EpochMs, excluded: ReadonlySet<PersonId> = nobody): DispatchDecision {
    return this.#find(row, this.roleOf(row), now, excluded);
  }

  /** As for another role, with nobody of it those who stand in. */
  findAs(row: TaskRow, role: Role, now: EpochMs, excluded: ReadonlySet<PersonId>): DispatchDecision {
    return this.#find(row, role, now, excluded);
  }

  /** Who is told, and when, while nobody does what comes next (tasks/escalation.ts). */
  steps(row: TaskRow, phase: TimedPhase, span: PhaseSpan): readonly EscalationStep[] {
    const category = this.#configuration.category(row.category);
    const standIns = dutyChain(this.roleOf(row), category).slice(1);
    const { verifiers } = category;
    const ordered = this.#orderOf(row)?.escalate ?? [];
    return stepsOf({ row, phase, span, ordered, standIns, verifiers });
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
      acceptBy: this.limitEnd(row, 'accept', now) ?? (isOffer(decision) ? plus(now, claimMs) : null),
      handleBy: null,
    };
  }

  /** Until when a task that is accepted now has to be handled. */
  handleBy(row: TaskRow, now: EpochMs): EpochMs | null {
    return this.limitEnd(row, 'handle', now);
  }

  /** Until when a step has to be done that begins at `from`; null: no limit. */
  limitEnd(row: TaskRow, step: LimitedStep, from: EpochMs): EpochMs | null {
    return limitEnd(this.#configuration, { step, category: row.category, order: this.#orderOf(row), from });
  }

  #orderOf(row: Pick<TaskRow, 'rule'>): TaskOrder | null {
    return row.rule === null ? null : (this.#order(row.rule)?.task ?? null);
  }

  #find(row: TaskRow, role: Role, at: EpochMs, excluded: ReadonlySet<PersonId>): DispatchDecision {
    return findWorker(this.#source, this.#question(row, role, at, excluded));
  }

  #question(row: TaskRow, role: Role, at: EpochMs, excluded: ReadonlySet<PersonId>): DispatchQuestion {
    const { category, place } = row;
    return { place, role, category, skills: this.#orderOf(row)?.skills ?? [], excluded, at };
  }
}

/** A task without a limit waits so long for somebody to claim it. */
const claimMs = 15 * minute;

const isOffer = ({ because }: Choice): boolean => because.some(({ code }) => code === 'open-to-claim');

/** Who gets a task, and why; null: nobody. */
export type Choice = Pick<DispatchDecision, 'person' | 'because'>;

/** The fields of a task that change when it gets into other hands. */
export type HandOver = Pick<
  TaskRow,
  'assignee' | 'reason' | 'because' | 'dispatchedAt' | 'acceptedAt' | 'acceptBy' | 'handleBy'
>;
