/** How many of each list the overview names; the lists' own pages have all. */
export const mostNamed = 12;

/** How many there are of each; one that none is in is left out. */
export function countBy<T, K extends string>(
  items: readonly T[],
  keyOf: (item: T) => K,
  keys: readonly K[],
): Partial<Record<K, number>> {
  const counts: Partial<Record<K, number>> = {};
  for (const key of keys) {
    const count = items.filter((item) => keyOf(item) === key).length;
    if (count > 0) counts[key] = count;
  }
  return counts;
}
