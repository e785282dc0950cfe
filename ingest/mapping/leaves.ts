/** A text, number or boolean of a message, and the way to it. */
export interface Leaf {
  readonly keys: readonly (string | number)[];
  readonly value: string | number | boolean;
}

const deepest = 8;
const most = 500;
/** Entries of one list are alike. */
const mostOfList = 20;

/** The leaves of a JSON value, in its order; 500 at most, of each list the first 20 entries. */
export function leavesOf(body: unknown): readonly Leaf[] {
  const leaves: Leaf[] = [];
  visit(body, [], leaves);
  return leaves;
}

function visit(value: unknown, keys: readonly (string | number)[], leaves: Leaf[]): void {
  if (leaves.length >= most) return;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    leaves.push({ keys, value });
    return;
  }
  if (typeof value !== 'object' || value === null || keys.length >= deepest) return;
  if (Array.isArray(value)) {
    for (const [index, entry] of value.slice(0, mostOfList).entries()) visit(entry, [...keys, index], leaves);
    return;
  }
  for (const name of Object.keys(value))
    visit((value as Readonly<Record<string, unknown>>)[name], [...keys, name], leaves);
}

const plainName = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** The way as a path: `$.list[*].v`; places in lists are any. */
export const writtenPath = (keys: readonly (string | number)[], root = '$'): string =>
  root + keys.map((key) => (typeof key === 'number' ? '[*]' : writtenName(key))).join('');

/** `.name`, or `["a name"]` where it has to be (RFC 9535 escapes as JSON does). */
export const writtenName = (name: string): string =>
  plainName.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
