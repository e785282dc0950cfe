/**
 * xoshiro128** 1.1 of David Blackman and Sebastiano Vigna (prng.di.unimi.it, public domain): 32 bits at a time, a period of
 * 2^128 - 1, whole-number arithmetic only, so the same everywhere.
 */
export class Xoshiro {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** Four 32-bit words, not all zero. */
  constructor([a, b, c, d]: readonly [number, number, number, number]) {
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#d = d;
  }

  /** A whole number 0 ≤ x < 2^32. */
  next(): number {
    const result = Math.imul(rotated(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotated(this.#d, 11);
    return result;
  }
}

const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
