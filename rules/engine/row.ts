/** A list that is filled and emptied for each reading: emptying an array is dear, so it is kept and written over. */
export class Row<T> {
  readonly #entries: T[] = [];
  #size = 0;

  clear(): void {
    this.#size = 0;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  push(entry: T): void {
    this.#entries[this.#size++] = entry;
  }

  /** Undefined: there are fewer. */
  at(index: number): T | undefined {
    return index < this.#size ? this.#entries[index] : undefined;
  }

  take(other: Iterable<T>): void {
    for (const entry of other) this.push(entry);
  }
}
