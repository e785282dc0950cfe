/** `; did you mean X?` for the known name that is few letters away; empty when none is. */
export function nearest(name: string, known: readonly string[]): string {
  let best = '';
  let least = Math.max(1, Math.floor(name.length / 4)) + 1;
  for (const other of known) {
    const steps = distance(name, other, least);
    if (steps < least) {
      least = steps;
      best = other;
    }
  }
  return best === '' ? '' : `; did you mean ${best}?`;
}

/** How many letters have to be put in, taken out or changed (Levenshtein); no further than `most`. */
function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) >= most) return most;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? most;
}
