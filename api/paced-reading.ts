import { setTimeout as delay } from 'node:timers/promises';
import { stopwatch } from '#model/clock.ts';

export interface PacedReadingOptions<T> {
  /** Changes with what is read. */
  readonly version: () => number;
  readonly read: () => T;
  /** For tests; default: real. */
  readonly elapsed?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** A reading takes at most one part in ten of the time, however often it is asked for and however fast things change. */
const restFactor = 9;

/**
 * What was read, kept until it has changed. Nobody gets what is older than their question: who asks while it rests waits,
 * and all who waited get one reading.
 */
export class PacedReading<T> {
  readonly #options: PacedReadingOptions<T>;
  readonly #elapsed: () => number;
  readonly #wait: (ms: number) => Promise<unknown>;
  #kept: { readonly value: T; readonly version: number; readonly readMs: number } | undefined;
  #restsUntilMs = 0;

  constructor(options: PacedReadingOptions<T>) {
    this.#options = options;
    this.#elapsed = options.elapsed ?? stopwatch;
    this.#wait = options.wait ?? delay;
  }

  async current(): Promise<T> {
    const askedMs = this.#elapsed();
    const restMs = this.#restsUntilMs - askedMs;
    if (restMs > 0 && this.#kept?.version !== this.#options.version()) await this.#wait(restMs);
    if (this.#kept !== undefined && this.#kept.readMs > askedMs) return this.#kept.value;
    const version = this.#options.version();
    return this.#kept?.version === version ? this.#kept.value : this.#read(version);
  }

  #read(version: number): T {
    const readMs = this.#elapsed();
    const value = this.#options.read();
    const endMs = this.#elapsed();
    this.#kept = { value, version, readMs };
    this.#restsUntilMs = endMs + restFactor * (endMs - readMs);
    return value;
  }
}
