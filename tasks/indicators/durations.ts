import { minute } from '#model/brand.ts';
import type { TaskMilestones } from '#model/task-milestones.ts';
import type { CountedFigure } from '#tasks/indicators/figures.ts';

/** How long something took, in ms; null: not known of this task. */
type Length = (task: TaskMilestones) => number | null;

/** The times that are measured, each of the tasks of a counted figure. */
export const durations = {
  /** From the first dispatch to the first acceptance. */
  acceptTime: {
    of: 'accepted',
    lengthOf: ({ acceptedAt, dispatchedAt }) =>
      acceptedAt === null || dispatchedAt === null ? null : acceptedAt - dispatchedAt,
  },
  /** While it was somebody's: accepted or in progress, without what it waited or was suspended. */
  handleTime: { of: 'handled', lengthOf: ({ workMs }) => workMs },
  /** From when it was known until it was closed. */
  closeTime: {
    of: 'closed',
    lengthOf: ({ closedAt, createdAt }) => (closedAt === null ? null : closedAt - createdAt),
  },
} as const satisfies Readonly<Record<string, { readonly of: CountedFigure; readonly lengthOf: Length }>>;
export type Duration = keyof typeof durations;
export const durationIds = Object.keys(durations) as Duration[];

/** In minutes to the second decimal. */
export interface Measured {
  readonly of: number;
  readonly mean: number;
  readonly median: number;
  readonly p90: number;
  readonly longest: number;
}

/** null: nothing was measured. Percentiles by nearest rank, so that each is a time that really was. */
export function measured(lengthsMs: readonly number[]): Measured | null {
  const sorted = [...lengthsMs].sort((a, b) => a - b);
  const [longest] = sorted.slice(-1);
  if (longest === undefined) return null;
  const sum = sorted.reduce((total, each) => total + each, 0);
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? longest;
  return {
    of: sorted.length,
    mean: minutes(sum / sorted.length),
    median: minutes(rank(0.5)),
    p90: minutes(rank(0.9)),
    longest: minutes(longest),
  };
}

/** To the second decimal. */
export const minutes = (ms: number): number => Math.round((ms * 100) / minute) / 100;
