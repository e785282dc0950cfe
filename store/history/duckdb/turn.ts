/** Lets one at a time pass, in the order of asking: DuckDB refuses two transactions that write the same row. */
export class Turn {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when everything that was asked for before has ended; answers what it answers, fails as it fails. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
