import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';

/** More than this was told to nobody for hours; the oldest are given up. */
const mostKept = 1_000;

/** What could not be written down when it came about (a full disk): it is done again until it can be. */
export class Unfinished {
  readonly #log: Log;
  #kept: (() => void)[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  get count(): number {
    return this.#kept.length;
  }

  /** Does it now, or keeps it for `again`. Never throws. `job` may run many times, and changes nothing when it throws. */
  take(job: () => void): void {
    try {
      job();
    } catch (error) {
      this.#log.error(
        { error: messageOf(error) },
        'the notifier could not write something down; tried again',
      );
      this.#keep(job);
    }
  }

  /** Does all that was kept; what fails again is kept again. */
  again(): void {
    for (const job of this.#kept.splice(0)) {
      try {
        job();
      } catch {
        this.#keep(job);
      }
    }
  }

  #keep(job: () => void): void {
    this.#kept.push(job);
    if (this.#kept.length <= mostKept) return;
    this.#kept.shift();
    this.#log.error({}, 'the notifier gave up what it could not write down: restart Gridbell');
  }
}
