import { type EpochMs, epochMs } from '#model/brand.ts';

/** `system`: now is the wall clock. `data`: now is the greatest reading time accepted (docs/contract.md, Clocks). */
export type ClockKind = 'system' | 'data';

/** Where a part that needs the time gets it from; never `Date.now()`, so that tests pass time by hand. */
export interface Clock {
  now(): EpochMs;
}

/** The one place that reads the wall clock. */
export const wallClock: Clock = { now: () => epochMs(Date.now()) };

/** Monotonic milliseconds for measuring how long something took; has no relation to the time of day. */
export const stopwatch = (): number => performance.now();

export interface SteadyClockOptions {
  /** Milliseconds since 1970, as the machine's clock has it. */
  wall(): number;
  /** Milliseconds that only go forward, at the speed of time. */
  monotonicMs(): number;
  /** Called once when a large step is believed: from the time that was kept until then to the wall clock's. */
  onStep?(fromMs: EpochMs, toMs: EpochMs): void;
}

/** The wall clock's corrections up to this are followed at once. */
const followedMs = 2_000;
/** A larger step is believed when it has lasted for this long. */
const believedAfterMs = 60_000;

/**
 * The wall clock without its jumps: times that one wrong reading of the clock puts years ahead would be believed for
 * ever. A step of more than 2 s, either way, counts only when it has lasted for 60 s; until then time goes on by the
 * monotonic source. So it does for a minute after a machine was suspended. The first reading is believed.
 */
export class SteadyClock implements Clock {
  readonly #sources: SteadyClockOptions;
  /** Wall clock less monotonic time, as believed. */
  #offsetMs: number;
  /** The offset that the wall clock shows instead, and since when (monotonic). */
  #doubted: { offsetMs: number; readonly sinceMs: number } | null = null;

  constructor(sources: SteadyClockOptions) {
    this.#sources = sources;
    this.#offsetMs = sources.wall() - sources.monotonicMs();
  }

  now(): EpochMs {
    const monotonic = this.#sources.monotonicMs();
    const shown = this.#sources.wall() - monotonic;
    if (isNear(shown, this.#offsetMs)) {
      this.#offsetMs = shown;
      this.#doubted = null;
    } else if (this.#doubted === null || !isNear(shown, this.#doubted.offsetMs))
      this.#doubted = { offsetMs: shown, sinceMs: monotonic };
    else {
      this.#doubted.offsetMs = shown;
      if (monotonic - this.#doubted.sinceMs >= believedAfterMs) this.#believe(shown, monotonic);
    }
    return epochMs(Math.round(monotonic + this.#offsetMs));
  }

  #believe(offsetMs: number, monotonic: number): void {
    const from = this.#offsetMs;
    this.#offsetMs = offsetMs;
    this.#doubted = null;
    const at = (offset: number) => epochMs(Math.round(monotonic + offset));
    this.#sources.onStep?.(at(from), at(offsetMs));
  }
}

const isNear = (one: number, other: number): boolean => Math.abs(one - other) <= followedMs;

/** ISO 8601 in UTC with milliseconds, as the API writes times. */
export const iso = (at: EpochMs): string => new Date(at).toISOString();
