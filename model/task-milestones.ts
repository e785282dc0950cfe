import type { Severity } from '#model/alarm.ts';
import type { EpochMs, PersonId, PlaceId, RuleId, TaskId } from '#model/brand.ts';
import type { TaskState } from '#model/task.ts';

/** When a task passed what is counted, as its history says now; store/ops/migrations/009 works it out. */
export interface TaskMilestones {
  readonly task: TaskId;
  readonly category: string;
  readonly place: PlaceId;
  readonly severity: Severity;
  readonly state: TaskState;
  readonly assignee: PersonId | null;
  readonly rule: RuleId | null;
  readonly createdAt: EpochMs;
  readonly filedAt: EpochMs | null;
  /** The first time. */
  readonly dispatchedAt: EpochMs | null;
  /** The first time. */
  readonly acceptedAt: EpochMs | null;
  /** Fed back, the last time. */
  readonly handledAt: EpochMs | null;
  /** The last time; null while it is open (again). */
  readonly closedAt: EpochMs | null;
  /** Closed, rejected or void since. */
  readonly endedAt: EpochMs | null;
  /** The last time. */
  readonly reopenedAt: EpochMs | null;
  /** Until when it is to be handled: `handleBy`, before acceptance `acceptBy`; null: no limit, or merged, mistaken, rejected. */
  readonly dueAt: EpochMs | null;
  /** null: not closed, or without a limit. */
  readonly inTime: boolean | null;
  /** Until when it is, or was, to be verified; null: nobody reported it, no limit, or merged, mistaken, rejected. */
  readonly verifyAt: EpochMs | null;
  /** Until when what was fed back last is to be closed; null: nothing was, it was sent back, no limit, or merged, mistaken. */
  readonly checkAt: EpochMs | null;
  /** When somebody said last what its work was worth: the resident, whatever became of it since, or staff. */
  readonly ratedAt: EpochMs | null;
  /** 1 to 5, that time. */
  readonly rating: number | null;
  readonly reworks: number;
  readonly suspensions: number;
  /** How long it was accepted or in progress, all times together; what is under way does not count yet. */
  readonly workMs: number;
}

/** What happens to a task at a time that figures ask for; each names `${milestone}At`. */
export const milestones = [
  'created',
  'accepted',
  'handled',
  'closed',
  'due',
  'check',
  'rated',
  'reopened',
] as const;
export type Milestone = (typeof milestones)[number];

/** from ≤ t < to; a side that is not given is open. */
export interface Span {
  readonly from?: EpochMs | undefined;
  readonly to?: EpochMs | undefined;
}

/** Tasks by what they went through; all that is given must fit. A figure is the number of tasks that fit one of these. */
export type MilestoneQuery = { readonly [Each in Milestone]?: Span } & {
  readonly filed?: boolean;
  readonly inTime?: boolean;
  /** Closed by when it was to be checked. */
  readonly checkedInTime?: boolean;
  /** Rated 1 or 2 the last time. */
  readonly ratedLow?: boolean;
  /** Sent back at least once. */
  readonly reworked?: boolean;
  /** Its clock was paused at least once. */
  readonly suspended?: boolean;
  /** It was there before this time and had not ended by then. */
  readonly openAt?: EpochMs;
  /** Open at this time, and what it waited for then was to have happened before it. */
  readonly overdueAt?: EpochMs;
  readonly states?: readonly TaskState[];
};
