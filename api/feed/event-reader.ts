import type { ApiContext } from '#api/context.ts';
import type { StreamEvent } from '#model/stream.ts';

/** Each may be large: so many are in memory at a time. */
const atATime = 64;
/** Events that one answer looks through: so long does nobody else get a turn. */
const mostLookedAt = 1_000;

export interface EventPage<Item> {
  readonly items: readonly Item[];
  /** Nothing behind it was looked at. */
  readonly next: number;
  /** It was all that there is; else there is more to look through. */
  readonly isAll: boolean;
}

/** Events behind `after`, in order, as far as `itemOf` gives something of them (undefined: not wanted, or not to be seen). */
export function readEvents<Item>(
  after: number,
  { itemOf, limit }: { readonly itemOf: (event: StreamEvent) => Item | undefined; readonly limit: number },
  { reader }: ApiContext,
): EventPage<Item> {
  const items: Item[] = [];
  let next = after;
  let lookedAt = 0;
  for (;;) {
    const events = reader.eventsAfter(next, atATime);
    for (const event of events) {
      next = event.seq;
      lookedAt += 1;
      const item = itemOf(event);
      if (item !== undefined) items.push(item);
      if (items.length >= limit || lookedAt >= mostLookedAt) return { items, next, isAll: false };
    }
    if (events.length < atATime) return { items, next, isAll: true };
  }
}
