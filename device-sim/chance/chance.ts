/**
 * Numbers that are the same for the same seed and name. Every device, person and purpose draws from a stream of its own,
 * named by (seed, ids), so that one more device changes nothing of the others (docs/decisions/080-a-world-by-seed.md).
 */
export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(...name: readonly (string | number)[]) {
    const text = name.join('\0');
    const low = hashed(text, 0x811c9dc5);
    const high = hashed(text, 0x01000193);
    this.#a = mixed(low);
    this.#b = mixed(low ^ 0x9e3779b9);
    this.#c = mixed(high);
    // Not all four may be zero.
    this.#d = mixed(high ^ 0x9e3779b9) | 1;
  }

  /** 0 ≤ x < 1. xoshiro128** 1.1 of David Blackman and Sebastiano Vigna (public domain, prng.di.unimi.it). */
  next(): number {
    const result = Math.imul(rotated(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotated(this.#d, 11);
    return result / 2 ** 32;
  }

  /** low ≤ x < high. */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.next());
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[Math.floor(list.length * this.next())] ?? list[0];
  }

  /** Around `mean`, bell-shaped, never further away than 3 × `spread` (the sum of three, Irwin–Hall). */
  around(mean: number, spread: number): number {
    return mean + spread * 2 * (this.next() + this.next() + this.next() - 1.5);
  }
}

/** A number 0 ≤ x < 1 for each index of a named row, without a state: for what is asked at any time. */
export const rowOf = (...name: readonly (string | number)[]): ((index: number) => number) => {
  const key = hashed(name.join('\0'), 0x811c9dc5);
  return (index) => mixed(key ^ mixed(index)) / 2 ** 32;
};

/** FNV-1a over UTF-16 units (Fowler, Noll, Vo), with another start for another hash of the same text. */
function hashed(text: string, start: number): number {
  let hash = start;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return mixed(hash);
}

/** The finalizer of MurmurHash3 (Austin Appleby, public domain): near inputs, far outputs. */
function mixed(value: number): number {
  let hash = (value + 0x9e3779b9) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
