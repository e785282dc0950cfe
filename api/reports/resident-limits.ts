import { type EpochMs, hour, minute } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';

/** So many at once; one more after each `refillMs`. */
interface Allowance {
  readonly burst: number;
  readonly refillMs: number;
}
const perHour = (burst: number): Allowance => ({ burst, refillMs: hour / burst });
const perMinute = (burst: number): Allowance => ({ burst, refillMs: minute / burst });

export interface ResidentLimitsOptions {
  readonly clock: Clock;
  /** Reports of one address (a home, a phone network) in an hour. */
  readonly reportsOfAddress: number;
  /** Reports about one building in an hour, by whomever. */
  readonly reportsAboutPlace: number;
}

/** Keys that are remembered; the oldest is forgotten first, so that the memory of this stays bounded. */
const mostKeys = 20_000;

/**
 * What may be done without an account, by address, by place and in all, so that a flood buries nobody's work. What is
 * refused counts for nothing; who waits is let in again bit by bit.
 */
export class ResidentLimits {
  readonly #clock: Clock;
  readonly #ofAddress: Allowance;
  readonly #ofPlace: Allowance;
  readonly #used = new Map<string, { level: number; at: EpochMs }>();

  constructor({ clock, reportsAboutPlace, reportsOfAddress }: ResidentLimitsOptions) {
    this.#clock = clock;
    this.#ofAddress = perHour(reportsOfAddress);
    this.#ofPlace = perHour(reportsAboutPlace);
  }

  /** Each throws `too-many-requests`; `extra.retryAfterS` says when to come again. */
  report(address: string, building: string): void {
    this.#take([
      [`report ${network(address)}`, this.#ofAddress],
      [`about ${building}`, this.#ofPlace],
      ['reports', perHour(600)],
    ]);
  }
  photo(address: string): void {
    this.#take([
      [`photo ${network(address)}`, perHour(60)],
      ['photos', perHour(600)],
    ]);
  }
  look(address: string): void {
    this.#take([[`look ${network(address)}`, perMinute(120)]]);
  }
  /** Before a code is looked up that may be a guess. */
  guess(address: string): void {
    this.#take([[`guess ${network(address)}`, perHour(30)]], { isAsked: true });
  }
  /** It was none. */
  missed(address: string): void {
    this.#use(`guess ${network(address)}`, perHour(30));
  }
  answer(address: string, codeHash: string): void {
    this.#take([
      [`answer ${network(address)}`, perHour(60)],
      [`answer ${codeHash}`, perHour(20)],
    ]);
  }

  #take(uses: readonly (readonly [key: string, Allowance])[], { isAsked = false } = {}): void {
    const waitMs = Math.max(...uses.map(([key, allowance]) => this.#waitOf(key, allowance)));
    if (waitMs > 0) throw flooded(waitMs);
    if (!isAsked) for (const [key, allowance] of uses) this.#use(key, allowance);
  }

  #level(key: string, { refillMs }: Allowance): number {
    const entry = this.#used.get(key);
    if (!entry) return 0;
    const now = this.#clock.now();
    // The machine's clock was set back: nobody shall wait until it has come up again.
    if (entry.at > now) entry.at = now;
    return Math.max(0, entry.level - (now - entry.at) / refillMs);
  }

  #waitOf(key: string, allowance: Allowance): number {
    const over = this.#level(key, allowance) + 1 - allowance.burst;
    return over <= 0 ? 0 : Math.ceil(over * allowance.refillMs);
  }

  #use(key: string, allowance: Allowance): void {
    const level = this.#level(key, allowance) + 1;
    this.#used.delete(key);
    this.#used.set(key, { level, at: this.#clock.now() });
    if (this.#used.size <= mostKeys) return;
    const oldest = this.#used.keys().next();
    if (!oldest.done) this.#used.delete(oldest.value);
  }
}

/** A home has 2^64 addresses of IPv6: they count as one. */
const network = (address: string): string =>
  address.includes(':') && !address.includes('.') ? address.split(':').slice(0, 4).join(':') : address;

function flooded(waitMs: number): GridbellError {
  const retryAfterS = Math.ceil(waitMs / 1_000);
  return new GridbellError(
    'too-many-requests',
    `Very much comes in just now; try again in ${retryAfterS} s. If somebody is in danger, call 119, 120 or 110.`,
    { extra: { retryAfterS } },
  );
}
