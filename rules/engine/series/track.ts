import type { Value } from '#model/reading.ts';
import { Column, type Measure } from '#rules/engine/series/column.ts';
import { mostInWindow, mostReadings } from '#rules/engine/series/kept-readings.ts';

const compactAbove = 64;

const noColumns: readonly Column[] = [];
const noNames: readonly string[] = [];

/** How a reading stands to those before it. */
export type Arrival = 'newest' | 'late' | 'repeat' | 'corrected';

/** `[time, value]`, oldest first. */
export type TrackPairs = readonly (readonly [number, Value])[];

/** How long readings of a track are kept, ms: for late ones, and for windows beyond that. */
export interface Keeping {
  readonly latenessMs: number;
  /** The longest window; 0: none. */
  readonly windowMs: number;
}

/**
 * The last readings of one property of one device, in order of time: all that a late reading or a window may still
 * touch, and one before them. Readings are named by their ordinal: how many came before, those that were dropped included.
 */
export class Track {
  #times: number[] = [];
  #values: Value[] = [];
  #columns: readonly Column[] = noColumns;
  #columnNames: readonly string[] = noNames;
  /** Index of the oldest that is kept. */
  #head = 0;
  /** Ordinal of index 0. */
  #offset: number;
  /** Another number whenever anything but the newest end changed: ordinals may mean other readings then. */
  version = 0;
  /** Everything before this ordinal is as it was when it was last asked for. */
  #changedFrom = 0;
  /** The last ordinal that there was when the newest were lost. */
  #lostTo = -1;

  constructor(offset = 0) {
    this.#offset = offset;
  }

  get newestAt(): number | undefined {
    return this.#times.at(-1);
  }
  /** Ordinal of the oldest that is kept. */
  get first(): number {
    return this.#offset + this.#head;
  }
  /** Ordinal of the newest; one less than `first`: none. */
  get last(): number {
    return this.#offset + this.#times.length - 1;
  }

  /**
   * Readings from after `limit` are of a clock that was wrong: the last of them is what is known now, as of `at` or just
   * behind those that stay. Answers whether there were any.
   */
  rebase(at: number, limit: number): boolean {
    const value = this.#values.at(-1);
    if (value === undefined || (this.newestAt ?? limit) <= limit) return false;
    this.#lostTo = Math.max(this.#lostTo, this.last);
    let length = this.#times.length;
    while (length > this.#head && (this.#times[length - 1] ?? limit) > limit) length--;
    this.#times.length = length;
    this.#values.length = length;
    const before =
      length > this.#head ? (this.newestAt ?? Number.NEGATIVE_INFINITY) : Number.NEGATIVE_INFINITY;
    this.#times.push(Math.max(at, before + 1));
    this.#values.push(value);
    this.#remake(length);
    return true;
  }

  /** Takes a reading in. `corrected`: another value for a time that is known; the last received wins. */
  add(at: number, value: Value, keeping: Keeping): Arrival {
    const newest = this.#times.at(-1);
    if (newest === undefined || at > newest) {
      this.#times.push(at);
      this.#values.push(value);
      for (const column of this.#columns) column.push(value);
      this.#forget(at, keeping);
      return 'newest';
    }
    const index = this.#indexAt(at);
    if (index >= this.#head && this.#times[index] === at) {
      if (this.#values[index] === value) return 'repeat';
      this.#values[index] = value;
      this.#remake(index);
      return 'corrected';
    }
    const place = Math.max(index, this.#head - 1) + 1;
    this.#times.splice(place, 0, at);
    this.#values.splice(place, 0, value);
    this.#remake(place);
    this.#forget(newest, keeping);
    return 'late';
  }

  valueAt(at: number): Value | undefined {
    return this.#values[this.#indexAt(at)];
  }
  timeAt(at: number): number | undefined {
    return this.#times[this.#indexAt(at)];
  }
  valueBefore(at: number): Value | undefined {
    return this.#values[this.#indexAt(at - 1)];
  }

  /** From when on a window of that length is answered as it was then: of what is older some may be forgotten. */
  knownSince(lengthMs: number, latenessMs: number): number {
    const oldest = this.#times[this.#head];
    const { newestAt } = this;
    if (oldest === undefined || newestAt === undefined) return Number.NEGATIVE_INFINITY;
    return Math.min(oldest + lengthMs, newestAt - latenessMs);
  }

  /** Ordinal of the newest that is not after `at`; one less than `first`: none. */
  ordinalAt(at: number): number {
    const index = this.#indexAt(at);
    return this.#offset + (index < 0 ? this.#head - 1 : index);
  }

  /** Ordinal of the oldest that is not before `at`; `hint`: where it was the last time. One more than `last`: none. */
  ordinalFrom(at: number, hint: number): number {
    const times = this.#times;
    let index = Math.min(Math.max(hint - this.#offset, this.#head), times.length);
    while (index > this.#head && (times[index - 1] ?? 0) >= at) index--;
    while (index < times.length && (times[index] ?? 0) < at) index++;
    return this.#offset + index;
  }

  timeOf(ordinal: number): number | undefined {
    return this.#times[ordinal - this.#offset];
  }
  valueOf(ordinal: number): Value | undefined {
    return this.#values[ordinal - this.#offset];
  }

  /** Keeps running totals of a measure from now on; `name`: the same for the same measure. */
  totals(name: string, measure: Measure): Column {
    const column = this.#columns[this.#columnNames.indexOf(name)] ?? new Column(measure, this.#values);
    if (!this.#columns.includes(column)) {
      this.#columns = [...this.#columns, column];
      this.#columnNames = [...this.#columnNames, name];
    }
    return column;
  }

  /** How many running totals are kept. */
  get measures(): number {
    return this.#columns.length;
  }

  /** Totals that nobody asks for any more cost something with each reading. */
  keepTotals(wanted: ReadonlySet<Column>): void {
    if (this.#columns.every((column) => wanted.has(column))) return;
    const kept = this.#columns.flatMap((column, index) => (wanted.has(column) ? index : []));
    this.#columnNames = kept.flatMap((index) => this.#columnNames[index] ?? []);
    this.#columns = kept.flatMap((index) => this.#columns[index] ?? []);
  }

  /** Of a column of these totals over the readings with these ordinals, both included. */
  total(column: Column, from: number, to: number): number {
    return column.total(from - this.#offset, to - this.#offset);
  }

  /** The ordinal from which on readings are new or changed since the last call. */
  takeChanged(): number {
    const changed = Math.max(this.#changedFrom, this.first);
    this.#changedFrom = this.last + 1;
    return changed;
  }

  /** The last ordinal that there has been since the last call: those behind `last` are lost. */
  takeLost(): number {
    const lost = this.#lostTo;
    this.#lostTo = -1;
    return lost;
  }

  /** `[time, value]` pairs from the ordinal `from` to `to`, both included and as far as they are kept; oldest first. */
  pairs(from = this.first, to = this.last): TrackPairs {
    const begin = Math.max(from, this.first) - this.#offset;
    return this.#times
      .slice(begin, to - this.#offset + 1)
      .map((at, index) => [at, this.#values[begin + index] ?? false]);
  }

  static fromPairs(pairs: TrackPairs, first = 0): Track {
    const track = new Track(first);
    track.#times = pairs.map(([at]) => at);
    track.#values = pairs.map(([, value]) => value);
    return track;
  }

  /** Index of the newest that is not after `at`; −1: none. Looks from the new end. */
  #indexAt(at: number): number {
    let index = this.#times.length - 1;
    while (index >= this.#head && (this.#times[index] ?? 0) > at) index--;
    return index >= this.#head ? index : -1;
  }

  #remake(index: number): void {
    this.version++;
    this.#changedFrom = Math.min(this.#changedFrom, this.#offset + index);
    for (const column of this.#columns) column.remake(index, this.#values);
  }

  #forget(now: number, { latenessMs, windowMs }: Keeping): void {
    const before = now - latenessMs - windowMs;
    const mostKept = windowMs === 0 ? mostReadings(latenessMs) : mostInWindow;
    const last = this.#times.length - 1;
    while (
      this.#head < last &&
      ((this.#times[this.#head + 1] ?? 0) <= before || last - this.#head >= mostKept)
    )
      this.#head++;
    if (this.#head < compactAbove || this.#head * 2 < this.#times.length) return;
    this.#times.splice(0, this.#head);
    this.#values.splice(0, this.#head);
    for (const column of this.#columns) column.drop(this.#head);
    this.#offset += this.#head;
    this.#head = 0;
  }
}
