import type { EpochMs } from '#model/brand.ts';
import type { TaskState } from '#model/task.ts';
import { isNight, type Period } from '#tasks/indicators/period.ts';

/** What of a task's history tells who worked on it. */
export interface Step {
  readonly task: string;
  readonly at: EpochMs;
  readonly actor: string;
  readonly action: string;
  readonly from: TaskState | null;
  readonly to: TaskState;
  /** Words were written with it. */
  readonly isTyped: boolean;
}

/** A task was given to a person. */
export interface Call {
  readonly at: EpochMs;
  readonly person: string;
}

/** What a person carried in a time. It is there to share work fairly; it says nothing of who is good. */
export interface Burden {
  readonly person: string;
  /** How often a task was given to them, and how often of these between 22:00 and 06:00. */
  readonly calls: number;
  readonly nightCalls: number;
  /** Different tasks that they accepted or fed back. */
  readonly tasks: number;
  /** Accepted or in progress and theirs, within the time. */
  readonly workMs: number;
  /** Texts that they wrote: comments of their actions, and titles of tasks that they entered. */
  readonly typed: number;
}

interface Sheet {
  calls: number;
  nightCalls: number;
  readonly tasks: Set<string>;
  workMs: number;
  typed: number;
}

const isWork = (state: TaskState): boolean => state === 'accepted' || state === 'in-progress';
/** Who does one of these has the task. */
const takes: ReadonlySet<string> = new Set(['accept', 'claim', 'start']);
const acts: ReadonlySet<string> = new Set(['accept', 'claim', 'feedback']);

/** Adds up what people did, whoever they are; the caller knows who is to be shown. */
export class BurdenBook {
  readonly #period: Period;
  readonly #timezone: string;
  readonly #sheets = new Map<string, Sheet>();

  /** `now`: what is under way counts until then. */
  readonly #until: EpochMs;

  constructor(period: Period, { now, timezone }: { readonly now: EpochMs; readonly timezone: string }) {
    this.#period = period;
    this.#timezone = timezone;
    this.#until = now < period.to ? now : period.to;
  }

  call({ at, person }: Call): void {
    const sheet = this.#sheetOf(person);
    sheet.calls++;
    if (isNight(at, this.#timezone)) sheet.nightCalls++;
  }

  /** All steps of one task, in order. */
  addTask(steps: readonly Step[]): void {
    let holder: string | null = null;
    steps.forEach((step, index) => {
      if (takes.has(step.action)) holder = step.actor;
      if (holder !== null && isWork(step.to)) this.#addWork(holder, step.at, steps[index + 1]?.at);
      if (step.at >= this.#period.from && step.at < this.#period.to) this.#addStep(step);
    });
  }

  #addWork(holder: string, from: EpochMs, to: EpochMs | undefined): void {
    const began = Math.max(from, this.#period.from);
    const ended = Math.min(to ?? this.#until, this.#until);
    if (ended > began) this.#sheetOf(holder).workMs += ended - began;
  }

  #addStep({ action, actor, from, isTyped, task }: Step): void {
    const typed = Number(isTyped) + Number(from === null);
    if (typed > 0) this.#sheetOf(actor).typed += typed;
    if (acts.has(action)) this.#sheetOf(actor).tasks.add(task);
  }

  #sheetOf(person: string): Sheet {
    const known = this.#sheets.get(person);
    if (known) return known;
    const sheet = { calls: 0, nightCalls: 0, tasks: new Set<string>(), workMs: 0, typed: 0 };
    this.#sheets.set(person, sheet);
    return sheet;
  }

  get burdens(): readonly Burden[] {
    return [...this.#sheets].map(([person, { tasks, ...sheet }]) => ({
      person,
      tasks: tasks.size,
      ...sheet,
    }));
  }
}
