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
});

type Queries = readonly (readonly [CountedFigure, MilestoneQuery])[];

/** Counts tasks as they are shown to it, one after the other. */
export class Tally {
  readonly #queries: Queries;
  readonly #counts = noCounts();
  readonly #lengths: Readonly<Record<Duration, number[]>> = { acceptTime: [], handleTime: [], closeTime: [] };

  constructor(period: Period) {
    this.#queries = countedFigureIds.map((id) => [id, countedFigures[id](period)]);
  }

  add(task: TaskMilestones): void {
    const fitting = this.#queries.filter(([, query]) => fits(task, query)).map(([id]) => id);
    for (const id of fitting) this.#counts[id]++;
    for (const id of durationIds) {
      const { lengthOf, of } = durations[id];
      const length = fitting.includes(of) ? lengthOf(task) : null;
      if (length !== null) this.#lengths[id].push(length);
    }
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
  readonly #period: Period;
  readonly #groupOf: (task: TaskMilestones) => Group | undefined;
  readonly #tallies = new Map<Group, Tally>();

  /** `groupOf`: undefined leaves a task out. */
  constructor(period: Period, groupOf: (task: TaskMilestones) => Group | undefined) {
    this.#period = period;
    this.#groupOf = groupOf;
  }

  add(task: TaskMilestones): void {
    const group = this.#groupOf(task);
    if (group === undefined) return;
    const tally = this.#tallies.get(group) ?? new Tally(this.#period);
    this.#tallies.set(group, tally);
    tally.add(task);
  }

  get tallies(): ReadonlyMap<Group, Tally> {
    return this.#tallies;
  }
}
