import { type EpochMs, epochMs, type TaskId } from '#model/brand.ts';
import type { TaskTiming, TimedPhase } from '#model/task-timing.ts';
import { type CheckingLimit, withCheckingLimits } from '#tasks/checking-limits.ts';
import type { EscalationStep } from '#tasks/escalation.ts';
import { heldUntil, nextRungAt } from '#tasks/ladder-time.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';
import { reminderAt } from '#tasks/reminding.ts';

/** Something that time does to a task, and when. */
export type Deadline =
  | { readonly kind: 'limit'; readonly at: EpochMs }
  | { readonly kind: 'step'; readonly at: EpochMs; readonly step: EscalationStep }
  | { readonly kind: 'rung'; readonly at: EpochMs }
  | { readonly kind: 'reminder'; readonly at: EpochMs; readonly base: EpochMs; readonly limitMs: number }
  | { readonly kind: 'shift-end'; readonly at: EpochMs }
  | { readonly kind: 'resume'; readonly at: EpochMs };

/** When a phase of a task began, and until when it may last; null: as long as it takes. */
export interface PhaseSpan {
  readonly since: EpochMs;
  readonly limit: EpochMs | null;
}

/** What besides the task decides about its deadlines. */
export interface Circumstances {
  readonly limit: CheckingLimit;
  /** Who is told as long as nobody does what `phase` waits for; in order of their time, from `since` on. */
  steps(row: TaskRow, phase: TimedPhase, span: PhaseSpan): readonly EscalationStep[];
  /** Until when the assignee, on duty for the task's place at `since`, is on duty; null: without an end. */
  shiftEnd(row: TaskRow, since: EpochMs): EpochMs | null;
}

/** What was done already, in the hands that the task is in; null: time does nothing to it in this state. */
export function timingOf(row: TaskRow): TaskTiming | null {
  const phase = phaseOf(row);
  if (phase === null) return null;
  const { timing } = row;
  if (timing?.phase === phase.phase && timing.since === phase.since) return timing;
  return { ...phase, isLimitNoted: false, steps: 0, told: [], reminders: 0, shiftEnd: null };
}

function phaseOf(row: TaskRow): Pick<TaskTiming, 'phase' | 'since'> | null {
  switch (row.state) {
    case 'reported':
    case 'verifying':
      return { phase: 'verifying', since: row.createdAt };
    case 'feedback':
      return row.enteredAt === undefined ? null : { phase: 'closing', since: row.enteredAt };
    case 'filed':
    case 'dispatched':
      return { phase: 'waiting', since: row.dispatchedAt ?? row.createdAt };
    case 'accepted':
    case 'in-progress':
      return { phase: 'working', since: row.acceptedAt ?? row.dispatchedAt ?? row.createdAt };
    default:
      return null;
  }
}

/** What time has still to do to a task, as long as nobody else does anything, in order. */
export function deadlinesOf(row: TaskRow, circumstances: Circumstances): readonly Deadline[] {
  const until = row.suspended?.until;
  if (until !== undefined) return [{ kind: 'resume', at: until }];
  const timing = timingOf(row);
  if (timing === null) return [];
  const { since } = timing;
  const limit = limitOf(row, timing, circumstances);
  const steps = circumstances.steps(row, timing.phase, { since, limit });
  const found: Deadline[] = [];
  if (limit !== null && !timing.isLimitNoted) found.push({ kind: 'limit', at: limit });
  // While somebody is on the way nobody more is called.
  const held = timing.phase === 'waiting' ? heldUntil(row) : 0;
  for (const step of steps.slice(timing.steps))
    found.push({ kind: 'step', at: epochMs(Math.max(since + step.afterMs, held)), step });
  const rung = nextRungAt(row);
  if (rung !== null) found.push({ kind: 'rung', at: rung });
  const base = Math.max(limit ?? 0, since + (steps.at(-1)?.afterMs ?? 0));
  if (base > since) {
    const limitMs = (limit ?? base) - since;
    const at = reminderAt(epochMs(base), limitMs, timing.reminders + 1);
    found.push({ kind: 'reminder', at, base: epochMs(base), limitMs });
  }
  const isHeld = timing.phase === 'waiting' || timing.phase === 'working';
  const end = row.assignee === null || !isHeld ? null : circumstances.shiftEnd(row, since);
  if (end !== null && end !== timing.shiftEnd) found.push({ kind: 'shift-end', at: end });
  return found.sort((a, b) => a.at - b.at || order[a.kind] - order[b.kind]);
}

function limitOf(row: TaskRow, { phase, since }: TaskTiming, circumstances: Circumstances): EpochMs | null {
  switch (phase) {
    case 'verifying':
      return row.verifyBy ?? circumstances.limit(row, 'verify', since);
    case 'waiting':
      return row.acceptBy;
    case 'working':
      return row.handleBy;
    case 'closing':
      return row.closeBy ?? circumstances.limit(row, 'close', since);
    default:
      return phase satisfies never;
  }
}

/** Of two at the same moment: what is late is said before others are told, and they before it goes into other hands. */
const order: Readonly<Record<Deadline['kind'], number>> = {
  limit: 0,
  step: 1,
  rung: 2,
  reminder: 3,
  'shift-end': 4,
  resume: 5,
};

/** One timer for each open task, for what is due next: follows from the task alone, whoever wrote it. */
export class Deadlines {
  readonly #store: Pick<TaskStore, 'putTimer' | 'deleteTimer'>;
  readonly #circumstances: Circumstances;

  constructor(store: Pick<TaskStore, 'putTimer' | 'deleteTimer'>, circumstances: Circumstances) {
    this.#store = store;
    this.#circumstances = circumstances;
  }

  /** The task as it is written: with the limits of those who check it. */
  limited(row: TaskRow): TaskRow {
    return withCheckingLimits(row, this.#circumstances.limit);
  }

  of(row: TaskRow): readonly Deadline[] {
    return deadlinesOf(row, this.#circumstances);
  }

  /** To be called with every task that is written. What is overdue by `now` falls due now. */
  follow(row: TaskRow, now: EpochMs): void {
    const [next] = this.of(row);
    const id = timerOf(row.id);
    if (next === undefined) this.#store.deleteTimer(id);
    else this.#store.putTimer({ id, due: epochMs(Math.max(next.at, now)), kind: 'deadline', ref: row.id });
  }
}

const timerOf = (task: TaskId): string => `deadline:${task}`;
