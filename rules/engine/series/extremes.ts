import type { Track } from '#rules/engine/series/track.ts';

const isLess = (a: number, b: number): boolean => a <= b;
const isGreater = (a: number, b: number): boolean => a >= b;

/**
 * The least or greatest number of a window that moves on: a monotone queue, each reading enters and leaves it once. Going
 * back, or a change behind the newest end, fills it anew.
 */
export class Extremes {
  readonly #track: Track;
  readonly #isBetter: (a: number, b: number) => boolean;
  /** Ordinals of readings, best first; each later one is worse. */
  readonly #ordinals: number[] = [];
  readonly #numbers: number[] = [];
  #head = 0;
  #version = -1;
  #from = 0;
  #to = -1;

  constructor(track: Track, which: 'min' | 'max') {
    this.#track = track;
    this.#isBetter = which === 'min' ? isLess : isGreater;
  }

  /** Over the readings with these ordinals, both included; undefined: none is a number. */
  best(from: number, to: number): number | undefined {
    if (this.#version !== this.#track.version || from < this.#from || to < this.#to) this.#begin(from);
    for (let ordinal = Math.max(this.#to + 1, from); ordinal <= to; ordinal++) this.#enter(ordinal);
    this.#from = from;
    this.#to = to;
    while (this.#head < this.#ordinals.length && (this.#ordinals[this.#head] ?? from) < from) this.#head++;
    this.#compact();
    return this.#numbers[this.#head];
  }

  #begin(from: number): void {
    this.#version = this.#track.version;
    this.#ordinals.length = 0;
    this.#numbers.length = 0;
    this.#head = 0;
    this.#to = from - 1;
  }

  #enter(ordinal: number): void {
    const value = this.#track.valueOf(ordinal);
    if (typeof value !== 'number') return;
    while (this.#numbers.length > this.#head && this.#isBetter(value, this.#numbers.at(-1) ?? value)) {
      this.#ordinals.pop();
      this.#numbers.pop();
    }
    this.#ordinals.push(ordinal);
    this.#numbers.push(value);
  }

  #compact(): void {
    if (this.#head < 64 || this.#head * 2 < this.#ordinals.length) return;
    this.#ordinals.splice(0, this.#head);
    this.#numbers.splice(0, this.#head);
    this.#head = 0;
  }
}
