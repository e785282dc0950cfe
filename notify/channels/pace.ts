import { type DurationMs, durationMs, type EpochMs } from '#model/brand.ts';

/** At most so many messages within so long. */
export interface PaceLimit {
  readonly most: number;
  readonly withinMs: DurationMs;
}

/** Of what a receiver takes, the part that is kept for life safety. */
const reserved = 0.25;

/**
 * Holds messages back before a receiver does: a group robot that was sent too many takes none for minutes, and what it
 * refuses then may be the one that matters. A quarter of each limit is kept for life safety.
 */
export class Pace {
  readonly #limits: readonly PaceLimit[];
  /** When messages were let through, in order; none older than the longest limit. */
  readonly #passed: EpochMs[] = [];
  #heldUntil = 0;

  constructor(limits: readonly PaceLimit[]) {
    this.#limits = limits;
  }

  /** 0: go, and it counts; else how long to wait. */
  take(now: EpochMs, lifeSafety: boolean): DurationMs {
    const waitMs = Math.max(
      this.#heldUntil - now,
      ...this.#limits.map((limit) => this.#wait(limit, now, lifeSafety)),
    );
    if (waitMs > 0) return durationMs(waitMs);
    this.#passed.push(now);
    const longest = Math.max(...this.#limits.map(({ withinMs }) => withinMs));
    while (this.#passed[0] !== undefined && this.#passed[0] <= now - longest) this.#passed.shift();
    return durationMs(0);
  }

  /** The receiver said that it was too many: nothing goes for so long. */
  hold(now: EpochMs, lengthMs: DurationMs): void {
    this.#heldUntil = now + lengthMs;
  }

  #wait({ most, withinMs }: PaceLimit, now: EpochMs, lifeSafety: boolean): number {
    const allowed = lifeSafety ? most : Math.max(1, Math.floor(most * (1 - reserved)));
    // A clock that was set back leaves times of the future behind: they count, but nobody waits longer than the limit.
    const recent = this.#passed.filter((at) => at > now - withinMs);
    const oldest = recent[recent.length - allowed];
    return oldest === undefined ? 0 : Math.min(oldest + withinMs - now, withinMs);
  }
}
