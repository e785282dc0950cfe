import { type EpochMs, minute, second } from '#model/brand.ts';
import type { Role } from '#model/role.ts';
import type { TaskOrder } from '#model/rule.ts';
import type { TimedPhase } from '#model/task-timing.ts';
import type { TaskRow } from '#tasks/ports.ts';

/** While nobody has accepted: so long after the dispatch somebody of a role is told, too. */
export interface EscalationStep {
  readonly afterMs: number;
  readonly to: Role;
}

export interface StepsQuestion {
  readonly row: EscalationQuestion['row'];
  readonly phase: TimedPhase;
  readonly span: { readonly since: EpochMs; readonly limit: EpochMs | null };
  readonly ordered: TaskOrder['escalate'];
  readonly standIns: readonly Role[];
  /** Who may close what was fed back. */
  readonly verifiers: readonly Role[];
}

/**
 * Who is told, and when, while nobody accepts a task, verifies a report, or closes what was fed back: then those who may. Who
 * works on a task is reminded, and nobody else told.
 */
export function stepsOf({ ordered, phase, row, span, standIns, verifiers }: StepsQuestion) {
  const late = { lifeSafety: false, acceptBy: span.limit, dispatchedAt: span.since };
  switch (phase) {
    case 'verifying':
      return escalationSteps({ row: late, ordered: [], standIns });
    case 'waiting':
      return escalationSteps({ row, ordered, standIns });
    case 'working':
      return [];
    case 'closing':
      return escalationSteps({ row: late, ordered: [], standIns: verifiers });
    default:
      return phase satisfies never;
  }
}

/** docs/contract.md: unacknowledged calls for help are escalated after these. */
const lifeSafetyMs = [60 * second, 3 * minute] as const;

export interface EscalationQuestion {
  readonly row: Pick<TaskRow, 'lifeSafety' | 'acceptBy' | 'dispatchedAt'>;
  /** What the rule says; empty: nothing. */
  readonly ordered: TaskOrder['escalate'];
  /** Who stands in for the role that the task is for, in order. */
  readonly standIns: readonly Role[];
}

/**
 * The steps of a task in order. Those of its rule; without any, the first two roles that stand in: for life safety after
 * 60 s and 180 s, else when the limit to accept is passed and at three times its length. A task that is no matter of life
 * and has no limit waits.
 */
export function escalationSteps({ ordered, row, standIns }: EscalationQuestion): readonly EscalationStep[] {
  if (ordered.length > 0) return ordered.toSorted((a, b) => a.afterMs - b.afterMs);
  return defaultTimes(row).flatMap((afterMs, index) => {
    const to = standIns[index] ?? standIns.at(-1);
    return to === undefined ? [] : [{ afterMs, to }];
  });
}

function defaultTimes({ acceptBy, dispatchedAt, lifeSafety }: EscalationQuestion['row']): readonly number[] {
  if (lifeSafety) return lifeSafetyMs;
  if (acceptBy === null || dispatchedAt === null) return [];
  const limitMs = acceptBy - dispatchedAt;
  return [limitMs, 3 * limitMs];
}
