import { minute } from '#model/brand.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import { equals, isNumber, scaleOf, stepsOf } from '#rules/engine/series/column.ts';
import { Extremes } from '#rules/engine/series/extremes.ts';
import type { Track } from '#rules/engine/series/track.ts';
import type { CountNeed, OthersNeed, WindowNeed } from '#rules/language/needs.ts';

/** What one window answers; `others`: whether this device is one of them. */
export type WindowedNeed = WindowNeed | CountNeed | OthersNeed;

/** A number over the readings with these ordinals, both included and at least one; undefined: unknown. */
type Summary = (from: number, to: number) => number | undefined;

/** One function over one window of a track, whoever asks for it. What it costs does not grow with the window. */
export class Window {
  readonly #track: Track;
  readonly #lengthMs: number;
  readonly #summary: Summary;
  readonly #empty: number | undefined;
  #hint = 0;

  constructor(track: Track, need: WindowedNeed) {
    this.#track = track;
    this.#lengthMs = need.lengthMs;
    this.#summary = summaryOf(track, need);
    this.#empty = need.kind !== 'window' || need.fn === 'count' ? 0 : undefined;
  }

  /** Over the readings in [at − length, at]. */
  at(at: number): number | undefined {
    const to = this.#track.ordinalAt(at);
    const from = this.#track.ordinalFrom(at - this.#lengthMs, this.#hint);
    this.#hint = from;
    return from > to ? this.#empty : this.#summary(from, to);
  }
}

/** The same for needs that one window can serve. */
export const windowName = (need: WindowedNeed): string =>
  need.kind === 'window'
    ? `${need.property} ${need.fn} ${need.lengthMs}`
    : `${need.property} ${typeof need.value} ${need.value} ${need.lengthMs}`;

function summaryOf(track: Track, need: WindowedNeed): Summary {
  if (need.kind !== 'window')
    return track.totals(`equals ${typeof need.value} ${need.value}`, equals(need.value));
  switch (need.fn) {
    case 'count':
      return (from, to) => to - from + 1;
    case 'sum':
    case 'avg':
      return meanOrSum(track, need);
    case 'min':
    case 'max': {
      const extremes = new Extremes(track, need.fn);
      return (from, to) => extremes.best(from, to);
    }
    case 'delta':
      return change(track, need.property, (first, last) => last.steps - first.steps);
    case 'rate':
      return change(track, need.property, (first, last) =>
        last.at === first.at ? undefined : ((last.steps - first.steps) * minute) / (last.at - first.at),
      );
  }
}

function meanOrSum(track: Track, { fn, property }: WindowNeed): Summary {
  const scale = scaleOf(property);
  const sum = track.totals('sum', stepsOf(scale));
  const numbers: Summary =
    propertyCatalogue.get(property)?.also === undefined
      ? (from, to) => to - from + 1
      : track.totals('numbers', isNumber);
  return (from, to) => {
    const count = numbers(from, to) ?? 0;
    if (count === 0) return undefined;
    const steps = sum(from, to);
    return scale.fromSteps(fn === 'sum' ? steps : steps / count);
  };
}

interface Said {
  readonly at: number;
  readonly steps: number;
}

/** From the oldest to the newest number of the window, in the property's own unit. */
function change(
  track: Track,
  property: string,
  between: (first: Said, last: Said) => number | undefined,
): Summary {
  const scale = scaleOf(property);
  const said = (ordinal: number): Said | undefined => {
    const value = track.valueOf(ordinal);
    return typeof value === 'number'
      ? { steps: scale.toSteps(value), at: track.timeOf(ordinal) ?? 0 }
      : undefined;
  };
  return (from, to) => {
    let oldest = from;
    let newest = to;
    while (oldest <= to && said(oldest) === undefined) oldest++;
    while (newest > oldest && said(newest) === undefined) newest--;
    const first = said(oldest);
    const last = said(newest);
    const steps = first && last && between(first, last);
    return steps === undefined ? undefined : scale.fromSteps(steps);
  };
}
