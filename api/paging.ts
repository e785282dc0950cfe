import { pageRequest } from '#api/schemas.ts';
import type { Page, PageRequest } from '#store/ops/page.ts';

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
