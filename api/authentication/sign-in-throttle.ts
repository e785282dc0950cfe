import type { EpochMs } from '#model/brand.ts';
import { minute, second } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';

interface Allowance {
  readonly burst: number;
  /** One more attempt after each. */
  readonly refillMs: number;
}

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
  readonly #used = new Map<string, { level: number; at: EpochMs }>();
  readonly #known = new Map<string, EpochMs>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds to wait before the next attempt; 0: go on. */
  waitMs(address: string, account: string): number {
    const byAddress = this.#waitOf(`address ${address}`, perAddress);
    return this.#isKnown(address, account)
      ? byAddress
      : Math.max(byAddress, this.#waitOf(`account ${account}`, perAccount));
  }

  /** Counts an attempt as failed, before the password is looked at, so that parallel guesses count as well. */
  begin(address: string, account: string): void {
    this.#use(`address ${address}`, perAddress);
    this.#use(`account ${account}`, perAccount);
  }

  /** It was the right password: what `begin` counted is taken back. */
  succeed(address: string, account: string): void {
    this.#used.delete(`account ${account}`);
    const entry = this.#used.get(`address ${address}`);
    if (entry) entry.level = Math.max(0, entry.level - 1);
    remember(this.#known, `${address} ${account}`, this.#clock.now());
  }

  #isKnown(address: string, account: string): boolean {
    const at = this.#known.get(`${address} ${account}`);
    return at !== undefined && this.#clock.now() - at < knownForMs;
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
    remember(this.#used, key, { level: this.#level(key, allowance) + 1, at: this.#clock.now() });
  }
}

/** Keeps the newest: the memory of this stays bounded whatever is tried. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > maxKeys) {
    const oldest = map.keys().next();
    if (!oldest.done) map.delete(oldest.value);
  }
}
