import { maySeeProperty } from '#api/authorization/sensitivity.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import { wordsOfFlags } from '#api/exports/export-row.ts';
import { unitOf } from '#api/views/unit.ts';
import type { PlaceId, Position } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Device } from '#model/community.ts';
import { type FeedCursor, writeFeedCursor } from '#model/feed-cursor.ts';
import type { Reading } from '#model/reading.ts';

/** Readings that one answer looks through: so long does nobody else get a turn. */
const mostLookedAt = 5_000;

/** What one caller follows; undefined: whatever it is. */
export interface FeedWish {
  readonly devices: ReadonlySet<string> | undefined;
  readonly kinds: ReadonlySet<string> | undefined;
  readonly properties: ReadonlySet<string> | undefined;
  /** Where the caller may look, and wants to. */
  readonly places: ReadonlySet<PlaceId> | undefined;
  readonly limit: number;
}

/** What was found, and how far that leads. */
export interface FeedPage {
  readonly items: readonly ReturnType<typeof itemOf>[];
  readonly next: FeedCursor;
  /** It was all that there is; else there is more to look through. */
  readonly isAll: boolean;
}

/**
 * Readings behind a cursor, in the order of the log, as far as the caller may see them and wants to; nothing behind `next` was looked at.
 * `committed`: read before, so that what is committed meanwhile is not passed over.
 */
export function readFeed(
  after: FeedCursor,
  {
    caller,
    committed,
    wish,
  }: { readonly caller: Caller; readonly committed: Position; readonly wish: FeedWish },
  context: ApiContext,
): FeedPage {
  const items: ReturnType<typeof itemOf>[] = [];
  let next = after;
  let lookedAt = 0;
  for (const { cursor, reading } of context.reader.feed.after(after)) {
    next = cursor;
    lookedAt += 1;
    const device = wantedDevice(reading, caller, wish, context);
    if (device) items.push(itemOf(reading, device, cursor));
    if (items.length >= wish.limit || lookedAt >= mostLookedAt) return { items, next, isAll: false };
  }
  // Records without readings are behind it, too: else they would be looked for again and again, until they are gone.
  if (committed > next.position) next = { position: committed, count: null };
  return { items, next, isAll: true };
}

/** The device that said it, where the caller may see that and wants to. */
function wantedDevice(
  { device: id, property }: Reading,
  { role }: Caller,
  { devices, kinds, places, properties }: FeedWish,
  { configuration }: ApiContext,
): Device | undefined {
  if (devices && !devices.has(id)) return undefined;
  if (properties && !properties.has(property)) return undefined;
  const device = configuration.device(id);
  // Of a device that is gone nobody knows any more who may see it.
  if (!device || (places && !places.has(device.place)) || (kinds && !kinds.has(device.kind)))
    return undefined;
  return maySeeProperty(role, property, device) ? device : undefined;
}

const itemOf = (
  { at, flags, property, receivedAt, value }: Reading,
  { id, kind, place }: Device,
  cursor: FeedCursor,
) => ({
  device: id,
  kind,
  place,
  property,
  value,
  unit: unitOf(property, value),
  at: iso(at),
  receivedAt: iso(receivedAt),
  flags: wordsOfFlags(flags),
  position: writeFeedCursor(cursor),
});
