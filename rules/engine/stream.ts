import type { Observation } from '#model/reading.ts';
import { Log } from '#rules/engine/log.ts';
import type { MachineState } from '#rules/engine/machine.ts';
import { mostReadings } from '#rules/engine/series/kept-readings.ts';

/** Whether something can be dropped is looked at once in so many readings. */
const lookedAtEvery = 8;

/** Times in epoch ms, both included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Whose readings these are. */
interface Owner {
  /** The state after readings, the last of them at `at`, that said nothing new. */
  calmed(state: MachineState, at: number): MachineState;
}

/**
 * What a rule took in within its lateness, with its state after each: from any of them on it can be run again. `base`
 * is the state before the first. A state is kept where it changes: most readings change nothing, or nothing but when something
 * was heard (`calmed`). The readings lie in a log that others may share; who has to change them takes a copy first.
 */
export class Stream {
  base: MachineState;
  /** Time of the base: what comes from before it counts as of then. */
  floor = Number.NEGATIVE_INFINITY;
  readonly #owner: Owner;
  #log = new Log();
  #isShared = false;
  /** Ordinal of the first reading of the log that is its own. */
  #from = 0;
  /** After the last change. */
  #newest: MachineState;
  /** Ordinals of the entries that changed the state, and the states after them. */
  readonly #changedAt: number[] = [];
  readonly #states: MachineState[] = [];

  constructor(base: MachineState, owner: Owner) {
    this.base = base;
    this.#newest = base;
    this.#owner = owner;
  }

  get length(): number {
    return this.#log.end - this.#from;
  }
  /** Oldest first. */
  get entries(): readonly Observation[] {
    return this.#log.entries.slice(this.#from - this.#log.first);
  }
  /** Where its entries lie: all of the log from the ordinal `from` on. */
  get log(): Log {
    return this.#log;
  }
  get from(): number {
    return this.#from;
  }
  /** Time of the last one. */
  get newestAt(): number {
    return this.length === 0 ? Number.NEGATIVE_INFINITY : this.#log.newestAt;
  }

  /** Its log, for others to share. */
  lend(): Log {
    this.#isShared = true;
    return this.#log;
  }

  /** Goes on with a log that ends with all that it took in. Answers whether it can. */
  share(log: Log): boolean {
    if (log === this.#log) return true;
    const { length } = this;
    const from = log.entries.length - length;
    const own = this.#log.entries;
    for (let index = length - 1; index >= 0; index--)
      if (log.entries[from + index] !== own[this.#from - this.#log.first + index]) return false;
    this.#move(log, log.end - length);
    this.#isShared = true;
    return true;
  }

  /** Goes on with a log of its own: without `incoming`, which others may have put into the shared one already. */
  part(incoming?: Observation): void {
    if (!this.#isShared) return;
    const log = new Log();
    const entries = this.entries;
    const isThere = incoming !== undefined && entries.at(-1) === incoming;
    for (const entry of isThere ? entries.slice(0, -1) : entries) log.push(entry);
    this.#move(log, 0);
    this.#isShared = false;
  }

  isIn(log: Log): boolean {
    return log === this.#log;
  }

  /** It is newer than all others. */
  push(entry: Observation, state: MachineState): void {
    if (this.#isShared && entry.at < this.#log.newestAt) this.part(entry);
    if (this.#log.newest !== entry || this.length === 0) this.#log.push(entry);
    this.#change(this.#log.end - 1, state);
  }

  /** The states after entries that changed it, with the indexes of those, oldest first. */
  get states(): readonly (readonly [index: number, state: MachineState])[] {
    return this.#states.map((state, number) => [(this.#changedAt[number] ?? 0) - this.#from, state]);
  }

  /** What `entries` and `states` of another stream gave. */
  restore(entries: readonly Observation[], states: Stream['states']): void {
    this.part();
    for (const entry of entries) this.#log.push(entry);
    for (const [index, state] of states) this.#change(this.#from + index, state);
  }

  /** Puts an entry where its time wants it, after those of the same time. Answers its index. */
  insert(entry: Observation): number {
    this.part(entry);
    const index = this.#log.insert(entry) - (this.#from - this.#log.first);
    const ordinal = this.#from + index;
    for (let last = this.#changedAt.length - 1; last >= 0; last--) {
      const at = this.#changedAt[last] ?? 0;
      if (at < ordinal) break;
      this.#changedAt[last] = at + 1;
    }
    return index;
  }

  /** Takes a property out of what was said at `at`. Answers the index of the first entry that lost it; null: none. */
  retract(property: string, at: number): number | null {
    if (!this.entries.some((entry) => entry.at === at && entry.values.has(property))) return null;
    this.part();
    const { entries } = this.#log;
    let first: number | null = null;
    for (const [index, entry] of entries.entries()) {
      if (entry.at !== at || !entry.values.has(property)) continue;
      const values = new Map(entry.values);
      values.delete(property);
      this.#log.replace(index, { ...entry, values });
      first ??= index;
    }
    return first;
  }

  /** The state after the entry at `index` is another; what was after it is not known any more. */
  restate(index: number, state: MachineState): void {
    const kept = this.#changesBefore(index);
    this.#changedAt.length = kept;
    this.#states.length = kept;
    this.#settle();
    this.#change(this.#from + index, state);
  }

  /** Another state to begin with; there is no entry yet. */
  begin(state: MachineState): void {
    this.base = state;
    this.#newest = state;
  }

  /** The time that counts for what comes after `index - 1`. */
  clockBefore(index: number): number {
    return Math.max(this.floor, this.#at(index - 1)?.at ?? this.floor);
  }

  /** Whether something was taken in of that time. */
  hasWithin({ from, to }: Span): boolean {
    for (let index = this.length - 1; index >= 0; index--) {
      const at = this.#at(index)?.at ?? to;
      if (at <= to) return at >= from;
    }
    return false;
  }

  before(index: number): MachineState {
    const changes = this.#changesBefore(index);
    const state = this.#states[changes - 1] ?? this.base;
    const changed = (this.#changedAt[changes - 1] ?? this.#from - 1) - this.#from;
    return changed === index - 1 ? state : this.#owner.calmed(state, this.clockBefore(index));
  }

  /**
   * Drops what no late reading can come before any more, half of all at a time, so that it costs little. Answers
   * whether anything was dropped. What is shared is dropped by whom it is shared by.
   */
  forget(latenessMs: number): boolean {
    if (this.#isShared) return false;
    const stale = staleIn(this.#log, latenessMs);
    if (stale > 0) this.drop(stale);
    return stale > 0;
  }

  /** The `count` oldest readings of the log that it shares are about to be dropped. */
  release(count: number): void {
    const index = this.#log.first + count - this.#from;
    if (index > 0) this.drop(index);
  }

  /** What the first `count` entries brought stays as it is: they are not run again. */
  drop(count: number): void {
    const base = this.before(count);
    this.floor = this.clockBefore(count);
    this.base = base;
    const changes = this.#changesBefore(count);
    this.#from += count;
    if (!this.#isShared) this.#log.drop(count);
    if (changes === 0) return;
    this.#states.splice(0, changes);
    this.#changedAt.splice(0, changes);
  }

  /**
   * Whether what comes of that time has to be left out, since the readings about it are forgotten for their number: it
   * would be taken for news, and raise again what was raised then.
   */
  hasForgotten(at: number, latenessMs: number): boolean {
    return at < this.floor && this.length >= mostReadings(latenessMs);
  }

  /** Time was found not to count: every state is put right. */
  adjust(change: (state: MachineState) => MachineState): void {
    const { length } = this;
    const states = Array.from({ length }, (_, index) => this.before(index + 1));
    this.base = change(this.base);
    this.#dropChanges();
    for (const [index, state] of states.entries()) this.#change(this.#from + index, change(state));
  }

  /** From here on nothing is run again. */
  seal(state: MachineState, clock: number): void {
    this.base = state;
    this.floor = clock;
    if (this.#isShared) this.#from = this.#log.end;
    else if (this.length > 0) this.#log.drop(this.length);
    this.#from = this.#log.end;
    this.#dropChanges();
  }

  #at(index: number): Observation | undefined {
    return index < 0 ? undefined : this.#log.entries[this.#from - this.#log.first + index];
  }

  #move(log: Log, from: number): void {
    const by = from - this.#from;
    for (const [index, at] of this.#changedAt.entries()) this.#changedAt[index] = at + by;
    this.#log = log;
    this.#from = from;
  }

  #dropChanges(): void {
    this.#newest = this.base;
    if (this.#changedAt.length === 0) return;
    this.#changedAt.length = 0;
    this.#states.length = 0;
  }

  #change(ordinal: number, state: MachineState): void {
    if (state === this.#newest) return;
    this.#newest = state;
    this.#changedAt.push(ordinal);
    this.#states.push(state);
  }

  #settle(): void {
    this.#newest = this.#states.at(-1) ?? this.base;
  }

  /** How many changes are before the entry at `index`. Looks from the new end. */
  #changesBefore(index: number): number {
    const ordinal = this.#from + index;
    let count = this.#changedAt.length;
    while (count > 0 && (this.#changedAt[count - 1] ?? 0) >= ordinal) count--;
    return count;
  }
}

/** How many of the oldest readings no late one can come before any more: half of all, or none. */
export function staleIn({ entries }: Log, latenessMs: number): number {
  const { length } = entries;
  if (length === 0 || length % lookedAtEvery !== 0) return 0;
  const before = (entries[length - 1]?.at ?? 0) - latenessMs;
  const half = length >> 1;
  const isStale = (entries[half - 1]?.at ?? before) < before;
  return isStale || length >= 2 * mostReadings(latenessMs) ? half : 0;
}
