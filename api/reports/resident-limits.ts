import { type Allowance, LeakyBuckets } from '#api/leaky-buckets.ts';
import { hour, minute } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';

const perHour = (burst: number): Allowance => ({ burst, refillMs: hour / burst });
const perMinute = (burst: number): Allowance => ({ burst, refillMs: minute / burst });

export interface ResidentLimitsOptions {
  readonly clock: Clock;
  /** Reports of one address (a home, a phone network) in an hour. */
  readonly reportsOfAddress: number;
  /** Reports about one building in an hour, by whomever. */
  readonly reportsAboutPlace: number;
}

/** Addresses, places and codes that are remembered. */
const mostKeys = 20_000;

/**
 * What may be done without an account, by address, by place and in all, so that a flood buries nobody's work. What is
 * refused counts for nothing; who waits is let in again bit by bit.
 */
export class ResidentLimits {
  readonly #ofAddress: Allowance;
  readonly #ofPlace: Allowance;
  readonly #used: LeakyBuckets;

  constructor({ clock, reportsAboutPlace, reportsOfAddress }: ResidentLimitsOptions) {
    this.#used = new LeakyBuckets({ clock, most: mostKeys });
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
    this.#used.use(`guess ${network(address)}`, perHour(30));
  }
  answer(address: string, codeHash: string): void {
    this.#take([
      [`answer ${network(address)}`, perHour(60)],
      [`answer ${codeHash}`, perHour(20)],
    ]);
  }

  #take(uses: readonly (readonly [key: string, Allowance])[], { isAsked = false } = {}): void {
    const waitMs = Math.max(...uses.map(([key, allowance]) => this.#used.waitMs(key, allowance)));
    if (waitMs > 0) throw flooded(waitMs);
    if (!isAsked) for (const [key, allowance] of uses) this.#used.use(key, allowance);
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
