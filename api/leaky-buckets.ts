import type { EpochMs } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';

/** So many at once; one more after each `refillMs`. */
export interface Allowance {
  readonly burst: number;
  readonly refillMs: number;
}

/** What of their allowances was used, by key: it leaks away with time, so that nobody is kept out for ever. */
export class LeakyBuckets {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #used = new Map<string, { level: number; at: EpochMs }>();

  /** `most`: keys that are remembered; the oldest is forgotten first, so that the memory of this stays bounded. */
  constructor({ clock, most }: { readonly clock: Clock; readonly most: number }) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Milliseconds until there is room for one more; 0: there is. */
  waitMs(key: string, allowance: Allowance): number {
    const over = this.#level(key, allowance) + 1 - allowance.burst;
    return over <= 0 ? 0 : Math.ceil(over * allowance.refillMs);
  }

  /** Counts one, whether there is room or not. */
  use(key: string, allowance: Allowance): void {
    const level = this.#level(key, allowance) + 1;
    this.#used.delete(key);
    this.#used.set(key, { level, at: this.#clock.now() });
    if (this.#used.size <= this.#most) return;
    const oldest = this.#used.keys().next();
    if (!oldest.done) this.#used.delete(oldest.value);
  }

  /** Takes one back that `use` counted. */
  giveBack(key: string): void {
    const entry = this.#used.get(key);
    if (entry) entry.level = Math.max(0, entry.level - 1);
  }

  /** Takes all back. */
  forget(key: string): void {
    this.#used.delete(key);
  }

  #level(key: string, { refillMs }: Allowance): number {
    const entry = this.#used.get(key);
    if (!entry) return 0;
    const now = this.#clock.now();
    // The machine's clock was set back: nobody shall wait until it has come up again.
    if (entry.at > now) entry.at = now;
    return Math.max(0, entry.level - (now - entry.at) / refillMs);
  }
}
