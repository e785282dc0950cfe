/** A list that is filled and emptied for each reading: emptying an array is dear, so it is kept and written over. */
export class Row<T> {
  readonly #entries: T[] = [];
  #size = 0;

  clear(): void {
    this.#size = 0;
  }

  push(entry: T): void {
    this.#entries[this.#size++] = entry;
  }

  take(other: Row<T> | Iterable<T>): void {
    if (other instanceof Row) other.each((entry) => this.push(entry));
    else for (const entry of other) this.push(entry);
  }

  each(see: (entry: T) => void): void {
    for (let index = 0; index < this.#size; index++) {
      const entry = this.#entries[index];
      if (entry !== undefined) see(entry);
    }
  }
}
