import type { Track } from '#rules/engine/series/track.ts';

const compactAbove = 64;

const isLess = (a: number, b: number): boolean => a <= b;
const isGreater = (a: number, b: number): boolean => a >= b;

/**
 * The least or greatest number of a window that moves on: a monotone queue, each reading enters and leaves it once. Going
 * back, or a change behind the newest end, fills it anew.
 */
export class Extremes {
  readonly #track: Track;
  readonly #isBetter: (a: number, b: number) => boolean;
  /** Ordinals of readings, best first; each later one is worse. What is behind the end is written over. */
  readonly #ordinals: number[] = [];
  readonly #numbers: number[] = [];
  #head = 0;
  #end = 0;
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
    while (this.#head < this.#end && (this.#ordinals[this.#head] ?? from) < from) this.#head++;
    if (this.#head >= compactAbove && this.#head * 2 >= this.#end) this.#compact();
    return this.#head < this.#end ? this.#numbers[this.#head] : undefined;
  }

  #begin(from: number): void {
    this.#version = this.#track.version;
    this.#head = 0;
    this.#end = 0;
    this.#to = from - 1;
  }

  #enter(ordinal: number): void {
    const value = this.#track.valueOf(ordinal);
    if (typeof value !== 'number') return;
    let end = this.#end;
    while (end > this.#head && this.#isBetter(value, this.#numbers[end - 1] ?? value)) end--;
    this.#ordinals[end] = ordinal;
    this.#numbers[end] = value;
    this.#end = end + 1;
  }

  #compact(): void {
    this.#ordinals.splice(0, this.#head);
    this.#numbers.splice(0, this.#head);
    this.#end -= this.#head;
    this.#head = 0;
  }
}
