import type { Api, ApiContext } from '#api/context.ts';
import { Waiting } from '#api/feed/waiting.ts';
import { eventFeedRoutes } from '#api/routes/event-feeds.ts';
import { readingFeedRoutes } from '#api/routes/reading-feed.ts';

/** What programs follow behind a cursor: those who wait are counted over all of it. */
export function feedRoutes(app: Api, context: ApiContext): void {
  const waiting = new Waiting();
  app.addHook('preClose', async () => waiting.end());
  readingFeedRoutes(app, context, waiting);
  eventFeedRoutes(app, context, waiting);
}
