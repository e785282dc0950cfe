import type { Value } from '#model/reading.ts';
import { mostReadings } from '#rules/engine/kept-readings.ts';

const compactAbove = 64;

/** How a reading stands to those before it. */
export type Arrival = 'newest' | 'late' | 'repeat' | 'corrected';

/**
 * The last readings of one property of one device, in order of time: all that a late reading may still touch, and one
 * before them.
 */
export class Track {
  #times: number[] = [];
  #values: Value[] = [];
  /** Index of the oldest that is kept. */
  #head = 0;

  get newestAt(): number | undefined {
    return this.#times.at(-1);
  }

  /**
   * Readings from after `limit` are of a clock that was wrong: the last of them is what is known now, as of `at` or just
   * behind those that stay. Answers whether there were any.
   */
  rebase(at: number, limit: number): boolean {
    const value = this.#values.at(-1);
    if (value === undefined || (this.newestAt ?? limit) <= limit) return false;
    while (this.#times.length > this.#head && (this.newestAt ?? limit) > limit) {
      this.#times.pop();
      this.#values.pop();
    }
    if (this.#times.length <= this.#head) {
      this.#times = [];
      this.#values = [];
      this.#head = 0;
    }
    this.#times.push(Math.max(at, (this.newestAt ?? Number.NEGATIVE_INFINITY) + 1));
    this.#values.push(value);
    return true;
  }

  /** Takes a reading in. `corrected`: another value for a time that is known; the last received wins. */
  add(at: number, value: Value, keepMs: number): Arrival {
    const newest = this.#times.at(-1);
    if (newest === undefined || at > newest) {
      this.#times.push(at);
      this.#values.push(value);
      this.#forget(at, keepMs);
      return 'newest';
    }
    const index = this.#indexAt(at);
    if (index >= this.#head && this.#times[index] === at) {
      if (this.#values[index] === value) return 'repeat';
      this.#values[index] = value;
      return 'corrected';
    }
    this.#times.splice(index + 1, 0, at);
    this.#values.splice(index + 1, 0, value);
    this.#forget(newest, keepMs);
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

  /** `[time, value]` pairs, oldest first. */
  toJson(): readonly (readonly [number, Value])[] {
    return this.#times.slice(this.#head).map((at, index) => [at, this.#values[this.#head + index] ?? false]);
  }
  static fromJson(pairs: readonly (readonly [number, Value])[]): Track {
    const track = new Track();
    track.#times = pairs.map(([at]) => at);
    track.#values = pairs.map(([, value]) => value);
    return track;
  }

  /** Index of the newest that is not after `at`; before the head (and −1): none. Looks from the new end. */
  #indexAt(at: number): number {
    let index = this.#times.length - 1;
    while (index >= this.#head && (this.#times[index] ?? 0) > at) index--;
    return index >= this.#head ? index : -1;
  }

  #forget(now: number, keepMs: number): void {
    const before = now - keepMs;
    const mostKept = mostReadings(keepMs);
    const last = this.#times.length - 1;
    while (
      this.#head < last &&
      ((this.#times[this.#head + 1] ?? 0) <= before || last - this.#head >= mostKept)
    )
      this.#head++;
    if (this.#head < compactAbove || this.#head * 2 < this.#times.length) return;
    this.#times.splice(0, this.#head);
    this.#values.splice(0, this.#head);
    this.#head = 0;
  }
}
