import { minute } from '#model/brand.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import { type Column, equals, isNumber, type Scale, scaleOf } from '#rules/engine/series/column.ts';
import { Extremes } from '#rules/engine/series/extremes.ts';
import type { Track } from '#rules/engine/series/track.ts';
import type { CountNeed, OthersNeed, WindowFunction, WindowNeed } from '#rules/language/needs.ts';

/** What one window answers; `others`: whether this device is one of them. */
export type WindowedNeed = WindowNeed | CountNeed | OthersNeed;

/**
 * One function over one window of a track, whoever asks for it. What it costs does not grow with the window. Fields and no
 * closures: it is looked at for each reading, among thousands of others (docs/decisions/134).
 */
export class Window {
  readonly #track: Track;
  readonly #lengthMs: number;
  readonly #fn: WindowFunction | 'equals';
  readonly #scale: Scale;
  /** Running totals of what is summed or counted. */
  readonly #totals: Column | null;
  /** Of those that are numbers; null: all are. */
  readonly #numbers: Column | null;
  readonly #extremes: Extremes | null;
  #hint = 0;

  constructor(track: Track, need: WindowedNeed) {
    const { lengthMs, property } = need;
    const fn = need.kind === 'window' ? need.fn : 'equals';
    const isSum = fn === 'sum' || fn === 'avg';
    this.#track = track;
    this.#lengthMs = lengthMs;
    this.#fn = fn;
    this.#scale = scaleOf(property);
    this.#totals = isSum ? track.totals('sum', this.#scale.steps) : countedBy(track, need);
    this.#numbers = isSum && saysOthers(property) ? track.totals('numbers', isNumber) : null;
    this.#extremes = fn === 'min' || fn === 'max' ? new Extremes(track, fn) : null;
  }

  /** The totals that it is answered from. */
  get columns(): readonly Column[] {
    return [this.#totals, this.#numbers].filter((column) => column !== null);
  }

  /** Over the readings in [at − length, at]; undefined: unknown. */
  at(at: number): number | undefined {
    const to = this.#track.ordinalAt(at);
    const from = this.#track.ordinalFrom(at - this.#lengthMs, this.#hint);
    this.#hint = from;
    switch (this.#fn) {
      case 'count':
        return to - from + 1;
      case 'equals':
        return from > to ? 0 : this.#total(this.#totals, from, to);
      case 'min':
      case 'max':
        return from > to ? undefined : this.#extremes?.best(from, to);
      case 'sum':
      case 'avg':
        return this.#meanOrSum(from, to);
      case 'delta':
      case 'rate':
        return this.#change(from, to);
    }
  }

  #total(column: Column | null, from: number, to: number): number {
    return column === null ? to - from + 1 : this.#track.total(column, from, to);
  }

  #meanOrSum(from: number, to: number): number | undefined {
    const count = from > to ? 0 : this.#total(this.#numbers, from, to);
    if (count === 0) return undefined;
    const steps = this.#total(this.#totals, from, to);
    return this.#scale.fromSteps(this.#fn === 'sum' ? steps : steps / count);
  }

  /** From the oldest to the newest number of the window, in the property's own unit; `rate`: a minute. */
  #change(from: number, to: number): number | undefined {
    let oldest = from;
    let newest = to;
    while (oldest <= to && typeof this.#track.valueOf(oldest) !== 'number') oldest++;
    while (newest > oldest && typeof this.#track.valueOf(newest) !== 'number') newest--;
    const first = this.#track.valueOf(oldest);
    const last = this.#track.valueOf(newest);
    if (oldest > to || typeof first !== 'number' || typeof last !== 'number') return undefined;
    const steps = this.#scale.toSteps(last) - this.#scale.toSteps(first);
    if (this.#fn === 'delta') return this.#scale.fromSteps(steps);
    const length = (this.#track.timeOf(newest) ?? 0) - (this.#track.timeOf(oldest) ?? 0);
    return length === 0 ? undefined : this.#scale.fromSteps((steps * minute) / length);
  }
}

/** Of how many say the value; null: it is not counted. */
const countedBy = (track: Track, need: WindowedNeed): Column | null =>
  need.kind === 'window' ? null : track.totals(nameOf(need), equals(need.value));

/** The same for needs that one window can serve. */
export const windowName = (need: WindowedNeed): string => `${need.property} ${nameOf(need)} ${need.lengthMs}`;

const nameOf = (need: WindowedNeed): string =>
  need.kind === 'window' ? need.fn : `${typeof need.value} ${need.value}`;

/** Something else than numbers may be said of it. */
const saysOthers = (property: string): boolean => propertyCatalogue.get(property)?.also !== undefined;
