import { setImmediate as turn } from 'node:timers/promises';
import type { ApiContext } from '#api/context.ts';
import { type Area, partOf } from '#api/report/area.ts';
import { day, epochMs, type PlaceId, plus, type RuleId } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import type { TaskMilestones } from '#model/task-milestones.ts';
import type { RuleFigures } from '#store/ops/rule-figure-rows.ts';
import { BurdenBook, type Step } from '#tasks/indicators/burden.ts';
import type { Period } from '#tasks/indicators/period.ts';
import { GroupedTally, Sorting, Tally } from '#tasks/indicators/tally.ts';
import { Trend } from '#tasks/indicators/trend.ts';

/** Tasks read in one go: some milliseconds, for the thread also serves the stream. */
const mostAtOnce = 500;
const sliceMs = 7 * day;
const mostWaiting = 40;

interface Asked {
  readonly period: Period;
  readonly area: Area;
}

/** Everything that a report counts. */
export interface Gathered {
  readonly all: Tally;
  readonly categories: GroupedTally<string>;
  readonly parts: GroupedTally<PlaceId>;
  readonly rules: GroupedTally<RuleId>;
  /** How long tasks of each rule were worked on, of those handled in the period. */
  readonly workMsOf: ReadonlyMap<RuleId, number>;
  readonly trend: Trend;
}

/**
 * Reads what reports are made of, piece by piece, one report after the other: whoever wants the figures of a year
 * waits, and nobody else does.
 */
export class Gathering {
  readonly #context: ApiContext;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(context: ApiContext) {
    this.#context = context;
  }

  tasks({ area, period }: Asked): Promise<Gathered> {
    return this.#inTurn(async () => {
      const sorting = new Sorting(period);
      const all = new Tally();
      const categories = new GroupedTally(({ category }) => category);
      const parts = new GroupedTally(({ place }) => partOf(place, area, this.#context));
      const rules = new GroupedTally(({ rule }) => rule ?? undefined);
      const trend = new Trend(period, this.#context.configuration.timezone);
      const workMsOf = new Map<RuleId, number>();
      for await (const tasks of this.#milestones({ area, period }))
        for (const task of tasks) {
          const figures = sorting.figuresOf(task);
          for (const book of [all, categories, parts, rules]) book.add(task, figures);
          trend.add(task);
          if (task.rule !== null && isHandledIn(task, period))
            workMsOf.set(task.rule, (workMsOf.get(task.rule) ?? 0) + task.workMs);
        }
      return { all, categories, parts, rules, workMsOf, trend };
    });
  }

  /** The whole alone, for comparing. */
  whole({ area, period }: Asked): Promise<Tally> {
    return this.#inTurn(async () => {
      const sorting = new Sorting(period);
      const tally = new Tally();
      for await (const tasks of this.#milestones({ area, period }))
        for (const task of tasks) tally.add(task, sorting.figuresOf(task));
      return tally;
    });
  }

  /** By rule and severity, in pieces of a week: a rule comes as often as it has pieces. */
  alarms({ area, period }: Asked): Promise<readonly RuleFigures[]> {
    return this.#inTurn(async () => {
      const found: RuleFigures[] = [];
      for (const slice of slicesOf(period)) {
        found.push(...this.#context.reader.ruleFigures({ ...slice, places: area.places }));
        await turn();
      }
      return found;
    });
  }

  burdens({ area, period }: Asked): Promise<BurdenBook> {
    return this.#inTurn(async () => {
      const { configuration, platform, reader } = this.#context;
      const book = new BurdenBook(period, { now: platform.now(), timezone: configuration.timezone });
      const scope = { ...period, places: area.places };
      for (const slice of slicesOf(period)) {
        for (const call of reader.taskCalls({ ...slice, places: area.places })) book.call(call);
        await turn();
      }
      for (const seqs of piecesOf(reader.figureTasks(scope))) {
        for (const steps of byTask(reader.taskSteps(seqs))) book.addTask(steps);
        await turn();
      }
      return book;
    });
  }

  async *#milestones({ area, period }: Asked): AsyncGenerator<readonly TaskMilestones[]> {
    const { reader } = this.#context;
    for (const seqs of piecesOf(reader.figureTasks({ ...period, places: area.places }))) {
      yield reader.milestones(seqs);
      await turn();
    }
  }

  /** Throws `not-ready` when too many wait: whoever asks for years all the time holds up reports and nothing else. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= mostWaiting)
      throw new GridbellError('not-ready', 'Many reports are being made: ask again in a moment.');
    this.#waiting++;
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.#waiting--;
    }
  }
}

const isHandledIn = ({ handledAt }: TaskMilestones, { from, to }: Period): boolean =>
  handledAt !== null && handledAt >= from && handledAt < to;

/** Weeks from its beginning. */
function* slicesOf({ from, to }: Period): Generator<Period> {
  for (let begin = from; begin < to; begin = plus(begin, sliceMs))
    yield { from: begin, to: epochMs(Math.min(plus(begin, sliceMs), to)) };
}

function* piecesOf(seqs: readonly number[]): Generator<readonly number[]> {
  for (let begin = 0; begin < seqs.length; begin += mostAtOnce) yield seqs.slice(begin, begin + mostAtOnce);
}

function* byTask(steps: readonly Step[]): Generator<readonly Step[]> {
  for (let begin = 0, end = 0; begin < steps.length; begin = end) {
    while (steps[end]?.task === steps[begin]?.task && end < steps.length) end++;
    yield steps.slice(begin, end);
  }
}
