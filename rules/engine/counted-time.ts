import type { ActiveHours } from '#rules/engine/active-hours.ts';

/** A time in which Gridbell was down. */
export interface Downtime {
  readonly from: number;
  readonly to: number;
}

const mostKept = 100;

/** When Gridbell was down, oldest first. Shared by all that count silence. */
export class Downtimes {
  #spans: readonly Downtime[] = [];

  get spans(): readonly Downtime[] {
    return this.#spans;
  }

  /** One that goes on where the last one ended makes it longer. */
  add(...spans: readonly Downtime[]): void {
    const all = [...this.#spans];
    for (const span of spans) {
      const last = all.at(-1);
      if (last?.to === span.from) all[all.length - 1] = { from: last.from, to: span.to };
      else all.push(span);
    }
    this.#spans = all.slice(-mostKept);
  }

  /** The clock was set back: nobody was down later than `at`. */
  setBack(at: number): void {
    this.#spans = this.#spans
      .filter(({ from }) => from < at)
      .map(({ from, to }) => ({ from, to: Math.min(to, at) }));
  }
}

/** The time that counts as silence: inside the rule's hours, and only while Gridbell could hear. */
export class CountedTime {
  readonly #hours: ActiveHours | null;
  readonly #downtimes: Downtimes;

  constructor(hours: ActiveHours | null, downtimes: Downtimes) {
    this.#hours = hours;
    this.#downtimes = downtimes;
  }

  /** When `lengthMs` that count have passed after `from`; null: never. */
  add(from: number, lengthMs: number): number | null {
    let cursor = from;
    let left = lengthMs;
    for (const span of this.#downtimes.spans) {
      if (span.to <= cursor) continue;
      const due = this.#addActive(cursor, left);
      if (due === null || due <= span.from) return due;
      left -= this.#activeBetween(cursor, Math.max(cursor, span.from));
      cursor = span.to;
    }
    return this.#addActive(cursor, left);
  }

  /** How much counts between the two, ms. */
  between(from: number, to: number): number {
    let sum = this.#activeBetween(from, to);
    for (const span of this.#downtimes.spans) {
      const begin = Math.max(from, span.from);
      const end = Math.min(to, span.to);
      if (begin < end) sum -= this.#activeBetween(begin, end);
    }
    return sum;
  }

  #addActive(from: number, lengthMs: number): number | null {
    return this.#hours ? (this.#hours.addActive(from, lengthMs) ?? null) : from + lengthMs;
  }

  #activeBetween(from: number, to: number): number {
    if (to <= from) return 0;
    return this.#hours ? this.#hours.activeBetween(from, to) : to - from;
  }
}
