/** Median and spread of repeats. */
export interface Spread {
  readonly repeats: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** At least one value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
  return { repeats: sorted.length, median, min: at(0), max: at(sorted.length - 1) };
}

export const verdicts = ['better', 'worse', 'other', 'no difference that this machine can show'] as const;
export type Verdict = (typeof verdicts)[number];

/** Less than this between the medians is not meant, however close the repeats lie together. */
const meant = 0.1;
/** Two repeats of each fall apart by chance in one of three comparisons, three in one of ten. */
const fewest = 3;

/**
 * Whether one differs from the other: their repeats must not overlap. A difference of many figures in one direction is
 * worth more than one of a single figure.
 */
export function compare(ours: Spread, theirs: Spread, better: 'higher' | 'lower' | null): Verdict {
  const areFew = Math.min(ours.repeats, theirs.repeats) < fewest;
  const overlap = ours.min <= theirs.max && theirs.min <= ours.max;
  const change = theirs.median === 0 ? Infinity : Math.abs(ours.median / theirs.median - 1);
  if (areFew || overlap || change < meant) return 'no difference that this machine can show';
  if (better === null) return 'other';
  return ours.median > theirs.median === (better === 'higher') ? 'better' : 'worse';
}
