import { type Static, Type } from 'typebox';
import { filtered, visiblePlaces } from '#api/authorization/access.ts';
import { observers } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { Names, Wait } from '#api/feed/feed-fields.ts';
import { type FeedPage, type FeedWish, readFeed } from '#api/feed/feed-reader.ts';
import { lookUntil } from '#api/feed/look-until.ts';
import type { Waiting } from '#api/feed/waiting.ts';
import { answers, closed, Instant, nullable, PlaceList } from '#api/schemas.ts';
import { GridbellError } from '#model/errors.ts';
import { type FeedCursor, feedCursorPattern, readFeedCursor, writeFeedCursor } from '#model/feed-cursor.ts';

const defaultLimit = 1_000;
const mostItems = 5_000;
const Cursor = Type.String({ pattern: feedCursorPattern });

const query = closed({
  after: Type.Optional(
    Type.String({
      pattern: feedCursorPattern,
      description: '`next` of the answer before, or `position` of a reading; without it: from now',
    }),
  ),
  device: Names('Of this device'),
  kind: Names('Of devices of this kind'),
  property: Names('Of this property'),
  place: Type.Optional(PlaceList),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: mostItems, description: `Default ${defaultLimit}` }),
  ),
  wait: Wait,
});

const Feed = Type.Object({
  items: Type.Array(
    Type.Object({
      device: Type.String(),
      kind: Type.String(),
      place: Type.String({ description: 'Where the device stands now' }),
      property: Type.String(),
      value: Type.Unknown(),
      unit: nullable(Type.String()),
      at: Instant,
      receivedAt: Instant,
      flags: Type.Array(Type.String()),
      position: Type.String({
        description: 'Of this reading alone, for ever; as `after` it leads behind it',
      }),
    }),
  ),
  next: Cursor,
  more: Type.Boolean({ description: 'There is more to look through behind `next` at once' }),
});

/** Readings in the order of the log, for programs that must miss none. */
export function readingFeedRoutes(app: Api, context: ApiContext, waiting: Waiting): void {
  app.get(
    '/readings/feed',
    {
      config: { access: { roles: observers, scope: filtered } },
      schema: {
        tags: ['readings'],
        summary:
          'Readings in the order in which they came, behind a cursor: each at least once, waiting where there is none',
        querystring: query,
        response: answers({ 200: Feed }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { after, wait = 0 } = request.query;
      if (after === undefined) {
        const now = { position: context.reader.position(), count: null };
        return { items: [], next: writeFeedCursor(now), more: false };
      }
      const wish = wishOf(request.query, visiblePlaces(caller, request.query.place, context));
      const from = readFeedCursor(after);
      if (from === undefined) throw new GridbellError('invalid-input', 'after is no cursor.');
      let page: FeedPage = { items: [], next: from, isAll: true };
      const look = (): boolean => {
        const before = page.next;
        const committed = context.reader.position();
        page = readFeed(before, { caller, committed, wish }, context);
        // Behind the look: what was deleted until then may be what it did not find.
        checkKept(before, context);
        return page.items.length === 0 && page.isAll;
      };
      await lookUntil(look, reply, {
        caller: `${caller.actor.kind} ${caller.actor.id}`,
        listen: (ring) => context.platform.whenFed(ring),
        waitSeconds: wait,
        waiting,
      });
      return { items: page.items, next: writeFeedCursor(page.next), more: !page.isAll };
    },
  );
}

/** Throws `gone` where something behind the cursor is not there any more, or where it leads behind the end of the log. */
function checkKept({ count, position }: FeedCursor, { reader }: ApiContext): void {
  const floor = reader.feed.floor();
  const isOver = position < floor || (position === floor && count !== null && floor > 0);
  if (!isOver && position <= reader.position()) return;
  throw new GridbellError(
    'gone',
    isOver
      ? 'Readings behind this are not kept any more; what lies between is in history.'
      : 'The log is not as long as that: is this another data directory, or a backup that was put back?',
    { extra: { oldest: writeFeedCursor({ position: floor, count: null }) } },
  );
}

function wishOf(
  { device, kind, limit = defaultLimit, property }: Static<typeof query>,
  places: ReturnType<typeof visiblePlaces>,
): FeedWish {
  const names = (list: string | undefined) =>
    list === undefined ? undefined : new Set(list.split(',').map((name) => name.trim()));
  return {
    devices: names(device),
    kinds: names(kind),
    properties: names(property),
    places: places && new Set(places),
    limit,
  };
}
