import type { Observation } from '#model/reading.ts';

/**
 * Readings that rules took in, in order of time. Rules that are woken by the same readings share one, as long as these come
 * in order (lane.ts). Entries are named by their ordinal: how many came before, those that were dropped included.
 */
export class Log {
  readonly entries: Observation[] = [];
  /** Ordinal of the first that is kept. */
  first = 0;
  /** Up to which ordinal its entries rest in pieces as they are (log-pieces.ts). */
  written = 0;

  /** Ordinal of the next entry. */
  get end(): number {
    return this.first + this.entries.length;
  }

  get newest(): Observation | undefined {
    return this.entries[this.entries.length - 1];
  }
  /** Time of the last entry, epoch ms. */
  get newestAt(): number {
    return this.newest?.at ?? Number.NEGATIVE_INFINITY;
  }

  /** Puts it behind all others. */
  push(entry: Observation): void {
    this.entries.push(entry);
  }

  /** Puts it where its time wants it, after those of the same time. Answers its index. */
  insert(entry: Observation): number {
    const { entries } = this;
    let index = entries.length;
    while (index > 0 && (entries[index - 1]?.at ?? 0) > entry.at) index--;
    entries.splice(index, 0, entry);
    this.#changed(index);
    return index;
  }

  replace(index: number, entry: Observation): void {
    this.entries[index] = entry;
    this.#changed(index);
  }

  /** Drops the oldest ones. */
  drop(count: number): void {
    this.entries.splice(0, count);
    this.first += count;
  }

  #changed(index: number): void {
    this.written = Math.min(this.written, this.first + index);
  }
}
