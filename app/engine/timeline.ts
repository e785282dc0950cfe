import type { AlarmTransition } from '#model/alarm.ts';
import { type EpochMs, epochMs, type Position } from '#model/brand.ts';

/** What waits for time: the rules (in memory) and the tasks (in the ops store). */
export interface Waiting {
  readonly rules: {
    /** If it is not after `until`. */
    nextDue(until?: EpochMs): EpochMs | undefined;
    advance(to: EpochMs, position: Position): readonly AlarmTransition[];
  };
  readonly desk: { nextDue(): EpochMs | undefined; advance(to: EpochMs): void; setBack(to: EpochMs): void };
}

/**
 * The engine's time. It only moves forward, and on the way fires everything that falls due, in order of due time; at
 * the same moment rules come before tasks, since tasks follow from alarms.
 */
export class Timeline {
  readonly #waiting: Waiting;
  #now: EpochMs | undefined;

  constructor(waiting: Waiting, now: EpochMs | undefined) {
    this.#waiting = waiting;
    this.#now = now;
  }

  /** Undefined until time has been told for the first time. */
  get now(): EpochMs | undefined {
    return this.#now;
  }

  /** Rules that are due after `until` need not be found out. */
  nextDue(until?: EpochMs): EpochMs | undefined {
    const rules = this.#waiting.rules.nextDue(until);
    const desk = this.#waiting.desk.nextDue();
    if (rules === undefined) return desk;
    return desk === undefined ? rules : epochMs(Math.min(rules, desk));
  }

  /** The clock was set back: what waits in the future is the rules' and the tasks' to put right. */
  stepBack(
    to: EpochMs,
    at: Position,
    onTransitions: (transitions: readonly AlarmTransition[]) => void,
  ): void {
    this.#now = to;
    onTransitions(this.#waiting.rules.advance(to, at));
    this.#waiting.desk.setBack(to);
  }

  /** `onTransitions` sees what the rules say, with the time at which it fell due. */
  advance(
    to: EpochMs,
    at: Position,
    onTransitions: (transitions: readonly AlarmTransition[], now: EpochMs) => void,
  ): void {
    for (let due = this.nextDue(to); due !== undefined && due <= to; due = this.nextDue(to)) {
      // What was due before now (after a downtime, or made late) happens now.
      const moment = this.#now === undefined || due > this.#now ? due : this.#now;
      this.#now = moment;
      onTransitions(this.#waiting.rules.advance(moment, at), moment);
      this.#waiting.desk.advance(moment);
    }
    if (this.#now !== undefined && to <= this.#now) return;
    this.#now = to;
    // Nothing is due any more; the rules learn what time it is.
    onTransitions(this.#waiting.rules.advance(to, at), to);
  }
}
