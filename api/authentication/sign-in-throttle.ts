import { type Allowance, LeakyBuckets } from '#api/leaky-buckets.ts';
import { type EpochMs, minute, second } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';

const perAddress: Allowance = { burst: 30, refillMs: 10 * second };
const perAccount: Allowance = { burst: 10, refillMs: 30 * second };
const maxKeys = 10_000;
const knownForMs = 30 * 24 * 60 * minute;

/**
 * Slows the guessing of passwords: failures use up an allowance of the address and one of the account, which fill up
 * again with time, so nobody is locked out for ever. Whoever signed in to an account before from an address is not held
 * back there by what others try against the account.
 */
export class SignInThrottle {
  readonly #clock: Clock;
  readonly #used: LeakyBuckets;
  readonly #known = new Map<string, EpochMs>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#used = new LeakyBuckets({ clock, most: maxKeys });
  }

  /** Milliseconds to wait before the next attempt; 0: go on. */
  waitMs(address: string, account: string): number {
    const byAddress = this.#used.waitMs(`address ${address}`, perAddress);
    return this.#isKnown(address, account)
      ? byAddress
      : Math.max(byAddress, this.#used.waitMs(`account ${account}`, perAccount));
  }

  /** Counts an attempt as failed, before the password is looked at, so that parallel guesses count as well. */
  begin(address: string, account: string): void {
    this.#used.use(`address ${address}`, perAddress);
    this.#used.use(`account ${account}`, perAccount);
  }

  /** It was the right password: what `begin` counted is taken back. */
  succeed(address: string, account: string): void {
    this.#used.forget(`account ${account}`);
    this.#used.giveBack(`address ${address}`);
    const pair = `${address} ${account}`;
    this.#known.delete(pair);
    this.#known.set(pair, this.#clock.now());
    if (this.#known.size <= maxKeys) return;
    const oldest = this.#known.keys().next();
    if (!oldest.done) this.#known.delete(oldest.value);
  }

  #isKnown(address: string, account: string): boolean {
    const at = this.#known.get(`${address} ${account}`);
    return at !== undefined && this.#clock.now() - at < knownForMs;
  }
}
