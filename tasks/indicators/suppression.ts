/** A count that may be shown; null: it is too small, or would give a small one away. */
export type Shown = number | null;

/** Counts below this are shown to nobody who has no account. */
export const smallest = 5;

/**
 * A column of counts with its total, so that no count below `smallest` is shown or follows by subtraction from the
 * total: when what is hidden adds up to less than `smallest`, or is a single count, the next smallest are hidden, too.
 */
export function withoutSmall(counts: readonly number[]): {
  readonly counts: readonly Shown[];
  readonly total: Shown;
} {
  const total = counts.reduce((sum, each) => sum + each, 0);
  const hidden = new Set(counts.flatMap((count, index) => (count < smallest ? [index] : [])));
  const bySize = counts.map((count, index) => ({ count, index })).sort((a, b) => a.count - b.count);
  const hiddenSum = () => [...hidden].reduce((sum, index) => sum + (counts[index] ?? 0), 0);
  for (const { index } of bySize) {
    if (hidden.size === 0 || (hidden.size > 1 && hiddenSum() >= smallest)) break;
    hidden.add(index);
  }
  return {
    counts: counts.map((count, index) => (hidden.has(index) ? null : count)),
    total: total < smallest ? null : total,
  };
}

/** A share that may be shown: exact, or between what it can be when the rest or the part is small. */
export type ShownShare =
  | { readonly percent: number }
  | { readonly atLeast: number }
  | { readonly atMost: number }
  | null;

/** 38 of 40 leaves 2, which is too few: at least 35 of 40 is said instead. */
export function shownShare(part: number, whole: number): ShownShare {
  if (whole < 2 * smallest) return null;
  const inPercent = (count: number): number => Math.round((count * 10_000) / whole) / 100;
  if (whole - part < smallest) return { atLeast: inPercent(whole - smallest + 1) };
  if (part < smallest) return { atMost: inPercent(smallest - 1) };
  return { percent: inPercent(part) };
}
