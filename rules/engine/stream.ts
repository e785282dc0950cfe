import type { Observation } from '#model/reading.ts';
import type { MachineState } from '#rules/engine/machine.ts';
import { mostReadings } from '#rules/engine/series/kept-readings.ts';

/** Whether something can be dropped is looked at once in so many readings. */
const lookedAtEvery = 8;

/**
 * What a rule took in within its lateness, with its state after each: from any of them on it can be run again. `base`
 * is the state before the first.
 */
export class Stream {
  base: MachineState;
  /** Time of the base: what comes from before it counts as of then. */
  floor = Number.NEGATIVE_INFINITY;
  readonly entries: Observation[] = [];
  readonly states: MachineState[] = [];

  constructor(base: MachineState) {
    this.base = base;
  }

  push(entry: Observation, state: MachineState): void {
    this.entries.push(entry);
    this.states.push(state);
  }

  /** Puts an entry where its time wants it, after those of the same time. Answers its index. */
  insert(entry: Observation): number {
    let index = this.entries.length;
    while (index > 0 && (this.entries[index - 1]?.at ?? 0) > entry.at) index--;
    this.entries.splice(index, 0, entry);
    this.states.splice(index, 0, this.before(index));
    return index;
  }

  /** The time that counts for what comes after `index - 1`. */
  clockBefore(index: number): number {
    return Math.max(this.floor, this.entries[index - 1]?.at ?? this.floor);
  }

  before(index: number): MachineState {
    return this.states[index - 1] ?? this.base;
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
    if (!isStale && this.entries.length < 2 * mostReadings(latenessMs)) return false;
    this.base = this.states[half - 1] ?? this.base;
    this.floor = this.clockBefore(half);
    this.entries.splice(0, half);
    this.states.splice(0, half);
    return true;
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
    for (const [index, state] of this.states.entries()) this.states[index] = change(state);
  }

  /** From here on nothing is run again. */
  seal(state: MachineState, clock: number): void {
    this.base = state;
    this.floor = clock;
    this.entries.length = 0;
    this.states.length = 0;
  }
}
