import type { MilestoneQuery, TaskMilestones } from '#model/task-milestones.ts';
import {
  type Duration,
  durationIds,
  durations,
  type Measured,
  measured,
} from '#tasks/indicators/durations.ts';
import {
  type CountedFigure,
  type Counts,
  countedFigureIds,
  countedFigures,
} from '#tasks/indicators/figures.ts';
import { fits } from '#tasks/indicators/fits.ts';
import type { Period } from '#tasks/indicators/period.ts';

const noCounts = (): Record<CountedFigure, number> => ({
  reported: 0,
  filed: 0,
  rejected: 0,
  void: 0,
  due: 0,
  closedOfDue: 0,
  inTime: 0,
  suspendedOfDue: 0,
  accepted: 0,
  handled: 0,
  closed: 0,
  reworked: 0,
  reopened: 0,
  open: 0,
  overdue: 0,
  checkDue: 0,
  checkedInTime: 0,
  rated: 0,
  ratedLow: 0,
});

/** Which figures of a period a task counts for; asked once for each task, however many tallies it goes into. */
export class Sorting {
  readonly #queries: readonly (readonly [CountedFigure, MilestoneQuery])[];

  constructor(period: Period) {
    this.#queries = countedFigureIds.map((id) => [id, countedFigures[id](period)]);
  }

  figuresOf(task: TaskMilestones): readonly CountedFigure[] {
    return this.#queries.flatMap(([id, query]) => (fits(task, query) ? id : []));
  }
}

/** What work was worth: how many ratings, their mean to the second decimal, and how many of 1, of 2, … of 5. */
export interface Ratings {
  readonly of: number;
  readonly mean: number;
  readonly spread: readonly number[];
}

/** Counts tasks as they are shown to it, one after the other. */
export class Tally {
  readonly #counts = noCounts();
  readonly #lengths: Readonly<Record<Duration, number[]>> = { acceptTime: [], handleTime: [], closeTime: [] };

  readonly #ratings: number[] = [0, 0, 0, 0, 0];

  /** `figures`: those that it counts for. */
  add(task: TaskMilestones, figures: readonly CountedFigure[]): void {
    for (const id of figures) this.#counts[id]++;
    if (figures.includes('rated') && task.rating !== null)
      this.#ratings[task.rating - 1] = (this.#ratings[task.rating - 1] ?? 0) + 1;
    for (const id of durationIds) {
      const { lengthOf, of } = durations[id];
      const length = figures.includes(of) ? lengthOf(task) : null;
      if (length !== null) this.#lengths[id].push(length);
    }
  }

  /** null: nobody rated anything. */
  get ratings(): Ratings | null {
    const of = this.#ratings.reduce((sum, each) => sum + each, 0);
    const points = this.#ratings.reduce((sum, each, index) => sum + each * (index + 1), 0);
    return of === 0 ? null : { of, mean: Math.round((points * 100) / of) / 100, spread: this.#ratings };
  }
  get counts(): Counts {
    return this.#counts;
  }
  measured(duration: Duration): Measured | null {
    return measured(this.#lengths[duration]);
  }
}

/** A tally for each group, made at its first task. */
export class GroupedTally<Group> {
  readonly #groupOf: (task: TaskMilestones) => Group | undefined;
  readonly #tallies = new Map<Group, Tally>();

  /** `groupOf`: undefined leaves a task out. */
  constructor(groupOf: (task: TaskMilestones) => Group | undefined) {
    this.#groupOf = groupOf;
  }

  add(task: TaskMilestones, figures: readonly CountedFigure[]): void {
    const group = this.#groupOf(task);
    if (group === undefined) return;
    const tally = this.#tallies.get(group) ?? new Tally();
    this.#tallies.set(group, tally);
    tally.add(task, figures);
  }

  get tallies(): ReadonlyMap<Group, Tally> {
    return this.#tallies;
  }
}
