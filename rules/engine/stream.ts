import type { Observation } from '#model/reading.ts';
import type { MachineState } from '#rules/engine/machine.ts';
import { mostReadings } from '#rules/engine/series/kept-readings.ts';

/** Whether something can be dropped is looked at once in so many readings. */
const lookedAtEvery = 8;

/** Times in epoch ms, both included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * What a rule took in within its lateness, with its state after each: from any of them on it can be run again. `base`
 * is the state before the first. A state is kept where it changes: most readings change nothing.
 */
export class Stream {
  base: MachineState;
  /** Time of the base: what comes from before it counts as of then. */
  floor = Number.NEGATIVE_INFINITY;
  readonly entries: Observation[] = [];
  /** After the last entry. */
  #newest: MachineState;
  /** Indexes of the entries that changed the state, and the states after them. */
  readonly #changedAt: number[] = [];
  readonly #states: MachineState[] = [];

  constructor(base: MachineState) {
    this.base = base;
    this.#newest = base;
  }

  push(entry: Observation, state: MachineState): void {
    this.entries.push(entry);
    this.#change(this.entries.length - 1, state);
  }

  /** The states after entries that changed it, with the indexes of those, oldest first. */
  get states(): readonly (readonly [index: number, state: MachineState])[] {
    return this.#states.map((state, number) => [this.#changedAt[number] ?? 0, state]);
  }

  /** What `entries` and `states` of another stream gave. */
  restore(entries: readonly Observation[], states: Stream['states']): void {
    this.entries.push(...entries);
    for (const [index, state] of states) this.#change(index, state);
  }

  /** Puts an entry where its time wants it, after those of the same time. Answers its index. */
  insert(entry: Observation): number {
    let index = this.entries.length;
    while (index > 0 && (this.entries[index - 1]?.at ?? 0) > entry.at) index--;
    this.entries.splice(index, 0, entry);
    for (let last = this.#changedAt.length - 1; last >= 0; last--) {
      const at = this.#changedAt[last] ?? 0;
      if (at < index) break;
      this.#changedAt[last] = at + 1;
    }
    return index;
  }

  /** The state after the entry at `index` is another; what was after it is not known any more. */
  restate(index: number, state: MachineState): void {
    const kept = this.#changesBefore(index);
    this.#changedAt.length = kept;
    this.#states.length = kept;
    this.#settle();
    this.#change(index, state);
  }

  /** Another state to begin with; there is no entry yet. */
  begin(state: MachineState): void {
    this.base = state;
    this.#newest = state;
  }

  /** The time that counts for what comes after `index - 1`. */
  clockBefore(index: number): number {
    return Math.max(this.floor, this.entries[index - 1]?.at ?? this.floor);
  }

  /** Whether something was taken in of that time. */
  hasWithin({ from, to }: Span): boolean {
    const last = this.entries.findLast(({ at }) => at <= to);
    return last !== undefined && last.at >= from;
  }

  before(index: number): MachineState {
    return this.#states[this.#changesBefore(index) - 1] ?? this.base;
  }

  /**
   * Drops what no late reading can come before any more, half of all at a time, so that it costs little. Answers
   * whether anything was dropped.
   */
  forget(latenessMs: number): boolean {
    const { length } = this.entries;
    if (length % lookedAtEvery !== 0) return false;
    const before = (this.entries[length - 1]?.at ?? 0) - latenessMs;
    const half = length >> 1;
    const isStale = (this.entries[half - 1]?.at ?? before) < before;
    if (!isStale && length < 2 * mostReadings(latenessMs)) return false;
    this.drop(half);
    return true;
  }

  /** What the first `count` entries brought stays as it is: they are not run again. */
  drop(count: number): void {
    this.base = this.before(count);
    this.floor = this.clockBefore(count);
    const changes = this.#changesBefore(count);
    this.entries.splice(0, count);
    if (changes > 0) {
      this.#states.splice(0, changes);
      this.#changedAt.splice(0, changes);
    }
    for (let index = 0; index < this.#changedAt.length; index++)
      this.#changedAt[index] = (this.#changedAt[index] ?? count) - count;
  }

  /**
   * Whether what comes of that time has to be left out, since the readings about it are forgotten for their number: it
   * would be taken for news, and raise again what was raised then.
   */
  hasForgotten(at: number, latenessMs: number): boolean {
    return at < this.floor && this.entries.length >= mostReadings(latenessMs);
  }

  /** Time was found not to count: every state is put right. */
  adjust(change: (state: MachineState) => MachineState): void {
    this.base = change(this.base);
    for (const [index, state] of this.#states.entries()) this.#states[index] = change(state);
    this.#settle();
  }

  /** From here on nothing is run again. */
  seal(state: MachineState, clock: number): void {
    this.base = state;
    this.#newest = state;
    this.floor = clock;
    if (this.entries.length === 0) return;
    this.entries.length = 0;
    this.#changedAt.length = 0;
    this.#states.length = 0;
  }

  #change(index: number, state: MachineState): void {
    if (state === this.#newest) return;
    this.#newest = state;
    this.#changedAt.push(index);
    this.#states.push(state);
  }

  #settle(): void {
    this.#newest = this.#states.at(-1) ?? this.base;
  }

  /** How many changes are before the entry at `index`. Looks from the new end. */
  #changesBefore(index: number): number {
    let count = this.#changedAt.length;
    while (count > 0 && (this.#changedAt[count - 1] ?? 0) >= index) count--;
    return count;
  }
}
