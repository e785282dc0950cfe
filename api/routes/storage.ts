import { everywhere } from '#api/authorization/access.ts';
import { admins } from '#api/authorization/role-groups.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { answers } from '#api/schemas.ts';
import { type Counted, recentDays, StorageSchema, storageView } from '#api/storage/storage-view.ts';
import { day, minute, plus } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';

/** Counting reads the roll-ups of all days, and of an InfluxDB all readings: once for all who ask within a minute. */
const keptMs = minute;

/** What history holds, how fast it grows, and how it is looked after. */
export function storageRoutes(app: Api, context: ApiContext): void {
  const { platform } = context;
  let kept: { readonly sinceMs: number; readonly counted: Promise<Counted> } | null = null;

  const counted = (): Promise<Counted> => {
    if (kept === null || stopwatch() - kept.sinceMs > keptMs) {
      const counting = count();
      kept = { sinceMs: stopwatch(), counted: counting };
      counting.catch(() => {
        kept = null;
      });
    }
    return kept.counted;
  };
  const count = async (): Promise<Counted> => {
    const at = platform.now();
    const [holdings, { bytes }] = await Promise.all([
      platform.history.holdings(plus(at, -recentDays * day)),
      platform.history.status(),
    ]);
    return { ...holdings, at, bytes };
  };

  app.get(
    '/history/storage',
    {
      config: { access: { roles: admins, scope: everywhere } },
      schema: {
        tags: ['history'],
        summary:
          'What history holds by class and property, how it grows, when what is old went; counted anew at most once a minute',
        response: answers({ 200: StorageSchema }),
      },
    },
    async () =>
      storageView(await counted(), {
        care: platform.historyCare(),
        grafanaUrl: platform.grafanaUrl,
        retention: platform.retention,
      }),
  );
}
