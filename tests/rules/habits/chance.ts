/** Chance by seed: mulberry32. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 0x9e3779b1) >>> 0;
    for (let warm = 0; warm < 8; warm++) this.next();
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  is(probability: number): boolean {
    return this.next() < probability;
  }
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }
  normal(mean: number, deviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.next());
  }
  /** Median and spread as a factor: heavy to the right, as lengths of naps and errands are. */
  skewed(median: number, factor: number): number {
    return median * Math.exp(this.normal(0, Math.log(factor)));
  }
  /** Time until the next, of a mean. */
  wait(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }
  pick<T>(list: readonly [T, ...T[]]): T {
    return list[Math.floor(this.next() * list.length)] ?? list[0];
  }
}
