import type { EpochMs, PersonId } from '#model/brand.ts';

export type TimedPhase = 'verifying' | 'waiting' | 'working' | 'closing';

/**
 * What time has done already to a task in the hands that it is in: what is left to do follows from this and the task
 * (tasks/deadlines.ts). It counts for one phase from one moment; in other hands it begins anew.
 */
export interface TaskTiming {
  /** `verifying` a report, `waiting` until somebody accepts it, then `working`, `closing` what was fed back. */
  readonly phase: TimedPhase;
  /** When the phase began. */
  readonly since: EpochMs;
  /** The history says that the limit was passed. */
  readonly isLimitNoted: boolean;
  /** How many steps of the escalation were taken. */
  readonly steps: number;
  /** Who was told by them. */
  readonly told: readonly PersonId[];
  readonly reminders: number;
  /** The end of the assignee's shift that was seen to; null: none yet. */
  readonly shiftEnd: EpochMs | null;
}
