import type { Value } from '#model/reading.ts';
import { type Scale, scaleOf } from '#rules/engine/series/column.ts';
import { Tally, type TallyJson } from '#rules/engine/series/tally.ts';
import type { Clockface } from '#rules/engine/zone.ts';
import type { Baseline } from '#rules/language/needs.ts';

const daysAsked = 14;
const hours = 24;

/** As it rests in a snapshot: the hours that were heard. */
export type UsualDay = readonly (readonly [hour: number, ...tally: TallyJson])[];

/** What a property of a device is like at each hour of the day, by the community's clocks: whole numbers, in any order. */
export class Usual {
  readonly #clockface: Clockface;
  readonly #scale: Scale;
  /** By the hour; absent: nothing was said. */
  readonly #days = new Map<number, (Tally | undefined)[]>();
  readonly #changed = new Set<number>();
  /** Counted last, with its tallies: the next reading is mostly of the same day. */
  #day = Number.NaN;
  #tallies: (Tally | undefined)[] = [];
  /** The day that was noted last as changed. */
  #changedDay = Number.NaN;
  #known: { readonly day: number; readonly hour: number; readonly baseline: Baseline } | undefined;

  constructor(property: string, clockface: Clockface) {
    this.#clockface = clockface;
    this.#scale = scaleOf(property);
  }

  add(at: number, value: Value): void {
    this.#count(at, value, 1);
  }
  /** It was said otherwise. */
  remove(at: number, value: Value): void {
    this.#count(at, value, -1);
  }

  /** The clock was set back: nothing is known of later days. */
  setBack(at: number): void {
    const today = this.#clockface.zone.dayOf(at);
    for (const day of this.#days.keys()) {
      if (day <= today) continue;
      this.#days.delete(day);
      this.#changed.add(day);
    }
    this.#day = Number.NaN;
    this.#known = undefined;
  }

  /** Of the same hour on the 14 days before the day of `at`. */
  at(at: number): Baseline {
    const { zone } = this.#clockface;
    const day = zone.dayOf(at);
    const hour = Math.floor(zone.minuteOf(at) / 60);
    if (this.#known?.day === day && this.#known.hour === hour) return this.#known.baseline;
    const baseline = this.#sumUp(day, hour);
    this.#known = { day, hour, baseline };
    return baseline;
  }

  /** The days that changed since the last call; null: it is over. */
  *takeChanged(): Iterable<readonly [day: number, tallies: UsualDay | null]> {
    for (const day of this.#changed) {
      const tallies = this.#days.get(day);
      yield [
        day,
        tallies?.flatMap((tally, hour) =>
          tally === undefined || tally.n === 0 ? [] : [[hour, ...tally.toJson()] as const],
        ) ?? null,
      ];
    }
    this.#changed.clear();
    this.#changedDay = Number.NaN;
  }

  restore(day: number, tallies: UsualDay): void {
    const all = emptyDay();
    for (const [hour, ...tally] of tallies) all[hour] = Tally.restore(tally);
    this.#days.set(day, all);
    this.#day = Number.NaN;
  }

  #count(at: number, value: Value, sign: 1 | -1): void {
    if (typeof value === 'string') return;
    const steps = typeof value === 'boolean' ? Number(value) : this.#scale.toSteps(value);
    const { zone } = this.#clockface;
    const day = zone.dayOf(at);
    const hour = Math.floor(zone.minuteOf(at) / 60);
    const tallies = day === this.#day ? this.#tallies : this.#open(day);
    const tally = tallies[hour] ?? new Tally();
    tallies[hour] = tally;
    tally.count(steps, sign);
    if (day !== this.#changedDay) {
      this.#changed.add(day);
      this.#changedDay = day;
    }
    // What is said today does not count before tomorrow.
    if (this.#known !== undefined && day !== this.#known.day) this.#known = undefined;
  }

  #open(day: number): (Tally | undefined)[] {
    this.#tallies = this.#days.get(day) ?? this.#begin(day);
    this.#day = day;
    return this.#tallies;
  }

  #begin(day: number): (Tally | undefined)[] {
    const tallies = emptyDay();
    this.#days.set(day, tallies);
    const newest = Math.max(...this.#days.keys());
    // One more than is asked for, since readings of yesterday still come.
    for (const old of this.#days.keys()) {
      if (old >= newest - daysAsked - 1) continue;
      this.#days.delete(old);
      this.#changed.add(old);
    }
    return tallies;
  }

  #sumUp(day: number, hour: number): Baseline {
    let n = 0;
    let sum = 0n;
    let squares = 0n;
    for (let before = day - daysAsked; before < day; before++) {
      const tally = this.#days.get(before)?.[hour];
      if (tally === undefined) continue;
      n += tally.n;
      sum += BigInt(tally.sum);
      squares += tally.squares;
    }
    const count = BigInt(n);
    const spread = Number(count * squares - sum * sum);
    return {
      n,
      mean: n === 0 ? undefined : this.#scale.fromSteps(Number(sum) / n),
      sd: n < 2 ? undefined : this.#scale.fromSteps(Math.sqrt(spread / (n * (n - 1)))),
    };
  }
}

const emptyDay = (): (Tally | undefined)[] => Array.from({ length: hours }, () => undefined);
