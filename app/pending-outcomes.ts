import type { CommandOutcome } from '#app/engine/outlet.ts';
import { GridbellError } from '#model/errors.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

/** The commands whose outcome somebody waits for, by id. */
export class PendingOutcomes {
  readonly #waiting = new Map<string, Waiting>();
  readonly #timeoutMs: number;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects with the failure of the outcome, or `timed-out`: the command may then still be carried out. */
  expect(id: string): Promise<unknown> {
    const { promise, reject, resolve } = Promise.withResolvers<unknown>();
    const timer = setTimeout(
      () =>
        this.abandon(
          id,
          new GridbellError(
            'timed-out',
            'the engine has not answered yet; look whether it was done before you try again',
          ),
        ),
      this.#timeoutMs,
    );
    this.#waiting.set(id, { resolve, reject, timer });
    return promise;
  }

  /** Outcomes that nobody waits for (of commands from before a restart) pass by. */
  settle(outcomes: readonly CommandOutcome[]): void {
    for (const { id, outcome } of outcomes) {
      const waiting = this.#take(id);
      if (!waiting) continue;
      if (outcome.ok) waiting.resolve(outcome.value);
      else {
        const { code, detail, extra } = outcome.failure;
        waiting.reject(new GridbellError(code, detail, extra === undefined ? {} : { extra }));
      }
    }
  }

  abandon(id: string, error: Error): void {
    this.#take(id)?.reject(error);
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (!waiting) return undefined;
    clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    return waiting;
  }
}
