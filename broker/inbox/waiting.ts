import type { Urgency } from '#broker/ports.ts';
import type { Position } from '#model/brand.ts';
import type { GridbellError } from '#model/errors.ts';

/** A record on its way into the log. */
export interface Waiting {
  readonly encoded: Uint8Array;
  readonly urgency: Urgency;
  resolve(at: Position): void;
  reject(error: GridbellError): void;
}

/** The records that wait for their commit, in the order in which they came. */
export class WaitingQueue {
  #waiting: Waiting[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  push(waiting: Waiting): void {
    this.#waiting.push(waiting);
  }

  /** The next ones, at most `mostBytes` of them; a larger record comes alone. */
  take(mostBytes: number): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { encoded } of this.#waiting) {
      bytes += encoded.length;
      if (count > 0 && bytes > mostBytes) break;
      count++;
    }
    if (count === this.#waiting.length) {
      const all = this.#waiting;
      this.#waiting = [];
      return all;
    }
    return this.#waiting.splice(0, count);
  }

  /** Takes all that are not vital out of it. */
  takeOrdinary(): Waiting[] {
    const { ordinary, vital } = apart(this.#waiting);
    if (ordinary.length > 0) this.#waiting = vital;
    return ordinary;
  }
}

export function apart(waiting: readonly Waiting[]): { ordinary: Waiting[]; vital: Waiting[] } {
  return {
    ordinary: waiting.filter(({ urgency }) => urgency === 'ordinary'),
    vital: waiting.filter(({ urgency }) => urgency === 'vital'),
  };
}
