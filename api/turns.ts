import { type Allowance, LeakyBuckets } from '#api/leaky-buckets.ts';
import { madeToWait, passed } from '#api/made-to-wait.ts';
import { second } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';

export interface TurnOptions {
  /** What each caller may have under way. */
  readonly most: number;
  /** Who waits beyond that is refused. */
  readonly mostWaiting: number;
  readonly clock: Clock;
}

interface Line {
  underWay: number;
  readonly waiting: (() => void)[];
}

const mostCallers = 10_000;

/**
 * Lets each caller have little under way at a time, the rest in the order in which it came: the engine takes commands in the order
 * of the log, and who sends hundreds at once would have everybody's alarms wait behind them. A turn beyond the caller's pace begins
 * when there is room again.
 */
export class Turns {
  readonly #options: TurnOptions;
  readonly #lines = new Map<string, Line>();
  readonly #begun: LeakyBuckets;
  readonly #ending = new AbortController();

  constructor(options: TurnOptions) {
    this.#options = options;
    this.#begun = new LeakyBuckets({ clock: options.clock, most: mostCallers });
  }

  /**
   * Rejects with GridbellError `too-many-requests` where too many wait, with `not-ready` once turns end, and as `work` does.
   * `pace` null: as fast as it goes.
   */
  async take<Value>(caller: string, pace: Allowance | null, work: () => Promise<Value>): Promise<Value> {
    const line = this.#lines.get(caller) ?? { underWay: 0, waiting: [] };
    this.#lines.set(caller, line);
    if (line.underWay < this.#options.most) line.underWay += 1;
    else await this.#wait(line, pace);
    try {
      if (pace !== null) await this.#room(caller, pace);
      if (this.#ending.signal.aborted)
        throw new GridbellError('not-ready', 'Gridbell stops; try again when it runs.');
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next) next();
      else line.underWay -= 1;
      if (line.underWay === 0) this.#lines.delete(caller);
    }
  }

  /** Nothing begins any more. */
  end(): void {
    this.#ending.abort();
  }

  async #wait({ waiting }: Line, pace: Allowance | null): Promise<void> {
    if (waiting.length >= this.#options.mostWaiting) {
      await madeToWait();
      // Who came sooner would meet the same line.
      const retryAfterS = pace === null ? 1 : Math.ceil((waiting.length * pace.refillMs) / second);
      throw new GridbellError('too-many-requests', 'Too many of your requests wait already; try again.', {
        extra: { retryAfterS },
      });
    }
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  }

  async #room(caller: string, pace: Allowance): Promise<void> {
    const waitMs = this.#begun.waitMs(caller, pace);
    // Counted before the wait: of two that wait the second waits longer.
    this.#begun.use(caller, pace);
    if (waitMs > 0) await passed(waitMs, this.#ending.signal);
  }
}
