import { Xoshiro } from '#device-sim/chance/xoshiro.ts';

/**
 * Numbers that are the same for the same seed and name. Every device, person and purpose draws from a stream of its own,
 * named by (seed, ids), so that one more device changes nothing of the others (docs/decisions/080-a-world-by-seed.md).
 */
export class Chance {
  readonly #source: Xoshiro;

  constructor(...name: readonly (string | number)[]) {
    const text = name.join('\0');
    const low = hashed(text, firstStart);
    const high = hashed(text, secondStart);
    // The last is odd: not all four may be zero.
    this.#source = new Xoshiro([mixed(low), mixed(low ^ golden), mixed(high), mixed(high ^ golden) | 1]);
  }

  /** 0 ≤ x < 1. */
  next(): number {
    return this.#source.next() / 2 ** 32;
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
  const key = hashed(name.join('\0'), firstStart);
  return (index) => mixed(key ^ mixed(index)) / 2 ** 32;
};

/** FNV's own offset basis, and another for a second hash of the same text. */
const firstStart = 0x811c9dc5;
const secondStart = 0x6b43a9b5;
const fnvPrime = 0x01000193;
/** 2^32 over the golden ratio. */
const golden = 0x9e3779b9;

/** FNV-1a over UTF-16 units (Fowler, Noll, Vo) and its 32-bit prime. */
function hashed(text: string, start: number): number {
  let hash = start;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), fnvPrime);
  return mixed(hash);
}

/** The finalizer of MurmurHash3 (Austin Appleby, public domain): near inputs, far outputs. */
function mixed(value: number): number {
  let hash = (value + golden) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
