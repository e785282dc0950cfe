import { pageRequest } from '#api/schemas.ts';
import { type Page, type PageRequest, pageOf, textAfter } from '#store/ops/page.ts';

/** A page that was sought through for longer ends early; its `next` goes on from there. */
const maxRounds = 50;

/**
 * A page of what the caller may see: reads on until it is full, asking each time for no more than still fits, so that
 * the store's cursor is also ours.
 */
export function visiblePage<T>(
  request: PageRequest,
  read: (request: PageRequest) => Page<T>,
  isVisible: (item: T) => boolean,
): Page<T> {
  const items: T[] = [];
  let cursor = request.cursor;
  for (let round = 0; round < maxRounds; round++) {
    const page = read({ limit: request.limit - items.length, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items.filter(isVisible));
    if (page.next === null) return { items, next: null };
    cursor = page.next;
    if (items.length >= request.limit) break;
  }
  return { items, next: cursor ?? null };
}

/** The page as the API shows it; the cursor stays. */
export const mapPage = <T, U>(page: Page<T>, view: (item: T) => U): { items: U[]; next: string | null } => ({
  items: page.items.map(view),
  next: page.next,
});

/**
 * A page of a list that is at hand whole, sorted by a text that is another for each item. The cursor is the key of the
 * last that was given: what moves in the order between two pages may come twice or be missed once.
 */
export function pageBySortKey<T, U>(
  all: readonly T[],
  query: { readonly limit?: number; readonly cursor?: string },
  options: { readonly keyOf: (item: T) => string; readonly view: (item: T) => U },
): { items: U[]; next: string | null } {
  const { limit, cursor } = pageRequest(query);
  const after = cursor === undefined ? '' : textAfter(cursor);
  const rest = all
    .map((item) => ({ item, key: options.keyOf(item) }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return mapPage(pageOf(rest, limit, { keyOf: ({ key }) => key, item: ({ item }) => item }), options.view);
}

/** A page of a short list that is at hand whole; the cursor is the last id that was given. */
export function pageById<T extends { readonly id: string }, U>(
  all: readonly T[],
  query: { limit?: number; cursor?: string },
  view: (item: T) => U,
): { items: U[]; next: string | null } {
  const { limit, cursor } = pageRequest(query);
  const rest = [...all]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .filter((item) => cursor === undefined || item.id > cursor);
  const items = rest.slice(0, limit);
  return { items: items.map(view), next: rest.length > limit ? (items.at(-1)?.id ?? null) : null };
}
