import type { DatabaseSync } from 'node:sqlite';
import type { EpochMs, PlaceId, TaskId } from '#model/brand.ts';
import type { TaskMilestones } from '#model/task-milestones.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** What figures are asked for: from ≤ t < to, at exactly these places, or everywhere. */
export interface FigureScope {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly places?: readonly PlaceId[] | undefined;
}

/** A state that a task came into, and whether somebody wrote something with it. */
export interface TaskStep {
  readonly task: TaskId;
  readonly at: EpochMs;
  readonly actor: string;
  readonly action: string;
  readonly from: TaskMilestones['state'] | null;
  readonly to: TaskMilestones['state'];
  readonly isTyped: boolean;
}

/** A task was given to a person. */
export interface TaskCall {
  readonly at: EpochMs;
  readonly person: string;
  readonly task: TaskId;
}

type Plain = Omit<TaskMilestones, 'inTime'> & { readonly inTime: number | null };
type PlainStep = Omit<TaskStep, 'isTyped'> & { readonly isTyped: number };

/** What figures are made of, in pieces: whoever reads a year lets others have their turn between them. */
export class MilestoneRows {
  readonly #seqs: Statement<{ seq: number }>;
  readonly #rows: Statement<Plain>;
  readonly #steps: Statement<PlainStep>;
  readonly #calls: Statement<TaskCall>;

  constructor(connection: DatabaseSync) {
    const at = '(?3 is null or place in (select value from json_each(?3)))';
    // In parts, each by an index of its own: together they would be a walk through all tasks.
    this.#seqs = prepare(
      connection,
      `select seq from task_milestones where ended_at >= ?1 and created_at < ?2 and ${at}
       union select seq from task_milestones where ended_at is null and created_at < ?2 and ${at}
       union select seq from task_milestones where due_at is not null and due_at >= ?1 and due_at < ?2 and ${at}
       union select seq from task_milestones where check_at is not null and check_at >= ?1 and check_at < ?2 and ${at}
       union select seq from task_milestones where rated_at is not null and rated_at >= ?1 and rated_at < ?2 and ${at}
       order by seq`,
    );
    this.#rows = prepare(
      connection,
      `select task, category, place, severity, state, assignee, rule, created_at as createdAt, filed_at as filedAt,
         dispatched_at as dispatchedAt, accepted_at as acceptedAt, handled_at as handledAt, closed_at as closedAt,
         ended_at as endedAt, reopened_at as reopenedAt, due_at as dueAt, in_time as inTime, reworks, suspensions,
         verify_at as verifyAt, check_at as checkAt, rated_at as ratedAt, rating,
         work_ms as workMs
       from task_milestones where seq in (select value from json_each(?))`,
    );
    this.#steps = prepare(
      connection,
      `select task, at, actor, action, from_state as "from", to_state as "to", comment is not null as isTyped
       from task_history
       where task in (select task from task_milestones where seq in (select value from json_each(?)))
         and (from_state is not to_state or comment is not null)
       order by task, n`,
    );
    this.#calls = prepare(
      connection,
      `select at, person, task from task_calls
       where at >= ?1 and at < ?2
         and (?3 is null or task in (select task from task_milestones where place in (select value from json_each(?3))))`,
    );
  }

  /** Of all tasks that were open at some time of it, or were due, to be checked or rated in it; rising. */
  seqs({ from, places, to }: FigureScope): readonly number[] {
    return this.#seqs.all(from, to, listOf(places)).map(({ seq }) => seq);
  }
  /** In no order. */
  milestones(seqs: readonly number[]): readonly TaskMilestones[] {
    return this.#rows
      .all(JSON.stringify(seqs))
      .map(({ inTime, ...row }) => ({ ...row, inTime: inTime === null ? null : inTime === 1 }));
  }
  /** In their order, task by task. */
  steps(seqs: readonly number[]): readonly TaskStep[] {
    return this.#steps
      .all(JSON.stringify(seqs))
      .map(({ isTyped, ...step }) => ({ ...step, isTyped: isTyped === 1 }));
  }
  /** In order of time. */
  calls({ from, places, to }: FigureScope): readonly TaskCall[] {
    return this.#calls.all(from, to, listOf(places));
  }
}

const listOf = (places: readonly PlaceId[] | undefined): string | null =>
  places === undefined ? null : JSON.stringify(places);
