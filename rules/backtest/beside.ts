import { epochMs } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Course } from '#rules/backtest/course.ts';
import { presenceOf } from '#rules/backtest/known-facts.ts';
import { ModesOfThen } from '#rules/backtest/modes-of-then.ts';
import type { PastChange } from '#rules/backtest/past.ts';
import type { Downtime } from '#rules/engine/counted-time.ts';

/** What happened beside the readings, each list in order of time. */
export interface BesideParts {
  readonly configuration: Configuration;
  readonly modes: readonly PastChange[];
  readonly presence: readonly PastChange[];
  readonly downtimes: readonly Downtime[];
}

/** Modes, presence and downtimes, brought to the engine between the readings. */
export class Beside {
  readonly #course: Course;
  readonly #modes: ModesOfThen;
  readonly #presence: Queue<PastChange>;
  readonly #downtimes: Queue<Downtime & { readonly at: number }>;

  constructor(course: Course, { configuration, downtimes, modes, presence }: BesideParts) {
    this.#course = course;
    this.#modes = new ModesOfThen(configuration, modes);
    this.#presence = new Queue(presence);
    this.#downtimes = new Queue(downtimes.map((span) => ({ ...span, at: span.from })));
  }

  /**
   * All that was before `at`. In the same millisecond the reading comes first: on the data clock it moved the clock that
   * a change of mode was written down with.
   */
  pass(at: number): void {
    for (;;) {
      const next = Math.min(this.#modes.nextAt, this.#presence.nextAt, this.#downtimes.nextAt);
      if (!(next < at)) return;
      // Before the rule begins there is nobody who hears time pass.
      if (this.#course.hasBegun) this.#course.reach(epochMs(next));
      if (this.#downtimes.nextAt === next) this.#downtimes.take((span) => this.#course.downtime(span));
      else if (this.#modes.nextAt === next) {
        this.#modes.step();
        this.#course.configurationChanged();
      } else
        this.#presence.take((change) =>
          this.#course.observe(presenceOf(change, this.#course.nextPosition())),
        );
    }
  }
}

class Queue<T extends { readonly at: number }> {
  readonly #items: readonly T[];
  #next = 0;

  constructor(items: readonly T[]) {
    this.#items = items;
  }

  get nextAt(): number {
    return this.#items[this.#next]?.at ?? Number.POSITIVE_INFINITY;
  }

  take(use: (item: T) => void): void {
    const item = this.#items[this.#next];
    this.#next += 1;
    if (item) use(item);
  }
}
