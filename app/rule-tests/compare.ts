import type { Fields } from '#app/rule-tests/fields.ts';

export interface FieldDifference {
  readonly field: string;
  readonly expected: Fields[string];
  readonly seen: Fields[string];
}

/** One alarm or task that is not as expected. */
export type Difference =
  | { readonly kind: 'missing'; readonly expected: Fields }
  | { readonly kind: 'unexpected'; readonly seen: Fields }
  /** The one that was probably meant. */
  | {
      readonly kind: 'differs';
      readonly expected: Fields;
      readonly seen: Fields;
      readonly fields: readonly FieldDifference[];
    };

/**
 * Whether each expected entry has one of its own among the seen, with all the fields that it names, and none is left
 * over; in whatever order. Empty: so it is.
 */
export function compare(expected: readonly Fields[], seen: readonly Fields[]): readonly Difference[] {
  const partner = matching(expected, seen);
  const lacking = expected.filter((_, index) => !partner.includes(index));
  const over = seen.filter((_, index) => partner[index] === undefined);
  const differences: Difference[] = [];
  for (const one of lacking) {
    const other = mostAlike(one, over);
    if (other) {
      over.splice(over.indexOf(other), 1);
      differences.push({ kind: 'differs', expected: one, seen: other, fields: differencesOf(one, other) });
    } else differences.push({ kind: 'missing', expected: one });
  }
  return [...differences, ...over.map((one): Difference => ({ kind: 'unexpected', seen: one }))];
}

/** Whether it has all the fields that are named. */
export const isLike = (named: Fields, seen: Fields): boolean => differencesOf(named, seen).length === 0;

const differencesOf = (expected: Fields, seen: Fields): readonly FieldDifference[] =>
  Object.entries(expected)
    .filter(([field, value]) => !isSame(field, value, seen))
    .map(([field, value]) => ({ field, expected: value, seen: shown(field, seen) }));

/** A title in both languages, since the test named one of them. */
const shown = (field: string, seen: Fields): Fields[string] =>
  field === 'title' ? `${seen['titleZh']} / ${seen['title']}` : (seen[field] ?? null);

const isSame = (field: string, value: Fields[string], seen: Fields): boolean =>
  seen[field] === value || (field === 'title' && seen['titleZh'] === value);

/**
 * By index of the seen one the expected one that it is taken for. An expected entry that names little may fit several,
 * so one that was taken before gives way when there is another for it (Kuhn's augmenting paths).
 */
function matching(expected: readonly Fields[], seen: readonly Fields[]): readonly (number | undefined)[] {
  const taken: (number | undefined)[] = seen.map(() => undefined);
  const place = (index: number, tried: Set<number>): boolean => {
    const wanted = expected[index] ?? {};
    for (const [candidate, fields] of seen.entries()) {
      if (tried.has(candidate) || !isLike(wanted, fields)) continue;
      tried.add(candidate);
      const before = taken[candidate];
      if (before === undefined || place(before, tried)) {
        taken[candidate] = index;
        return true;
      }
    }
    return false;
  };
  for (const index of expected.keys()) place(index, new Set());
  return taken;
}

/** Of those left over the one that was probably meant: the fewest fields differ. */
function mostAlike(expected: Fields, over: readonly Fields[]): Fields | undefined {
  let best: Fields | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const seen of over) {
    const differing = new Set(differencesOf(expected, seen).map(({ field }) => field));
    if (!isMeant(expected, differing) || differing.size >= fewest) continue;
    fewest = differing.size;
    best = seen;
  }
  return best;
}

/** An alarm of another rule or key is another alarm; of a task one thing in common is enough to show the two together. */
function isMeant(expected: Fields, differing: ReadonlySet<string>): boolean {
  const named = (fields: readonly string[]): readonly string[] =>
    fields.filter((field) => expected[field] !== undefined);
  const fits = (fields: readonly string[]): boolean =>
    fields.length === 0 || fields.some((field) => !differing.has(field));
  const telling = named(['title', 'assignee', 'category', 'place']);
  if (expected['rule'] === undefined && telling.length > 0) return fits(telling);
  return fits(named(['rule'])) && fits(named(['key', 'device']));
}
