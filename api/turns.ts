import { GridbellError } from '#model/errors.ts';

export interface TurnOptions {
  /** What each caller may have under way. */
  readonly most: number;
  /** Who waits beyond that is refused. */
  readonly mostWaiting: number;
}

interface Line {
  underWay: number;
  readonly waiting: (() => void)[];
}

/**
 * Lets each caller have little under way at a time, the rest in the order in which it came: the engine takes commands in the order
 * of the log, and who sends hundreds at once would have everybody's alarms wait behind them.
 */
export class Turns {
  readonly #options: TurnOptions;
  readonly #lines = new Map<string, Line>();

  constructor(options: TurnOptions) {
    this.#options = options;
  }

  /** Rejects with GridbellError `too-many-requests` where too many wait, and as `work` does. */
  async take<Value>(caller: string, work: () => Promise<Value>): Promise<Value> {
    const line = this.#lines.get(caller) ?? { underWay: 0, waiting: [] };
    this.#lines.set(caller, line);
    if (line.underWay < this.#options.most) line.underWay += 1;
    else await this.#wait(line);
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next) next();
      else line.underWay -= 1;
      if (line.underWay === 0) this.#lines.delete(caller);
    }
  }

  #wait({ waiting }: Line): Promise<void> {
    if (waiting.length >= this.#options.mostWaiting)
      throw new GridbellError('too-many-requests', 'Too many of your requests wait already; try again.', {
        extra: { retryAfterS: 1 },
      });
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  }
}
