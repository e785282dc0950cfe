import { Type } from 'typebox';
import { deviceScope } from '#api/authorization/access.ts';
import { observers } from '#api/authorization/role-groups.ts';
import { maySeeProperty } from '#api/authorization/sensitivity.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import type { ApiPlatform } from '#api/ports.ts';
import { answers, closed, IdParams, Instant, nullable, oneOf, rangeFields, rangeOf } from '#api/schemas.ts';
import { withPresence } from '#api/views/device-view.ts';
import { unitOf } from '#api/views/unit.ts';
import { type DeviceId, day, type EpochMs, epochMs, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Device } from '#model/community.ts';
import { parseDuration } from '#model/duration.ts';
import { GridbellError } from '#model/errors.ts';
import {
  type Aggregate,
  aggregates,
  bucketSources,
  type Point,
  type RawQuery,
} from '#store/history/history.ts';

/** What both shapes of the answer are asked of history with. */
type Range = Omit<RawQuery, 'limit' | 'cursor'>;

const maxPoints = 100_000;
const defaultPoints = 1_000;

const Latest = Type.Record(
  Type.String(),
  Type.Object({ value: Type.Unknown(), at: Instant, unit: nullable(Type.String()) }),
);
const Points = Type.Object({
  points: Type.Array(Type.Object({ at: Instant, value: Type.Unknown() })),
  next: nullable(Type.String()),
  /** Of buckets. */
  source: Type.Optional(oneOf(bucketSources)),
});

/** What a device said last, and what it ever said. */
export function readingRoutes(app: Api, context: ApiContext): void {
  const access = { roles: observers, scope: deviceScope };
  const tags = ['readings'];
  const required = (id: string): Device => {
    const device = context.configuration.device(id as DeviceId);
    if (!device) throw new GridbellError('not-found', `There is no device ${id}.`);
    return device;
  };

  app.get(
    '/devices/:id/latest',
    {
      config: { access },
      schema: {
        tags,
        summary: 'The newest value of each property that you may see',
        params: IdParams,
        response: answers({ 200: Latest }),
      },
    },
    async (request) => {
      const device = required(request.params.id);
      const { role } = callerOf(request);
      const latest = withPresence(
        await context.platform.latest(device.id),
        context.reader.presence(device.id),
      );
      return Object.fromEntries(
        Object.entries(latest)
          .filter(([property]) => maySeeProperty(role, property, device))
          .map(([property, { value, at }]) => [
            property,
            { value, at: iso(at), unit: unitOf(property, value) },
          ]),
      );
    },
  );

  app.get(
    '/devices/:id/readings',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Readings of one property: raw and paged, or in buckets of the community’s time zone',
        params: IdParams,
        querystring: closed({
          property: Type.String({ minLength: 1, maxLength: 100 }),
          ...rangeFields,
          every: Type.Optional(
            Type.String({ maxLength: 24, description: 'Length of a bucket: 90s, 15m, 1h, 1d' }),
          ),
          fn: Type.Optional(oneOf(aggregates)),
          limit: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: maxPoints,
              description: 'Raw readings: default 1000; buckets: all without it',
            }),
          ),
          cursor: Type.Optional(Type.String({ maxLength: 1_000 })),
        }),
        response: answers({ 200: Points }),
      },
    },
    async (request) => {
      const device = required(request.params.id);
      const { property, every, fn, limit, cursor } = request.query;
      if (!maySeeProperty(callerOf(request).role, property, device))
        throw new GridbellError('not-allowed', `Your role does not see ${property}.`);
      const range = rangeOf(request.query);
      const query = {
        device: device.id,
        property,
        from: range.from ?? epochMs(0),
        // A device's clock may be a little ahead: what it says was measured before tomorrow.
        to: range.to ?? plus(context.platform.now(), day),
      };
      if (every === undefined) {
        if (fn !== undefined)
          throw new GridbellError('invalid-input', 'fn needs every: the length of a bucket.');
        const page = await context.platform.history.readings({
          ...query,
          limit: limit ?? defaultPoints,
          ...(cursor === undefined ? {} : { cursor }),
        });
        return { points: page.points.map(pointView), next: page.next };
      }
      return bucketPage(query, { every, fn, limit, cursor }, context);
    },
  );
}

interface Buckets {
  readonly every: string;
  readonly fn: Aggregate | undefined;
  readonly limit: number | undefined;
  readonly cursor: string | undefined;
}

/** All buckets of the range; with a limit so many of them, and from where to go on. */
async function bucketPage(range: Range, { cursor, every, fn, limit }: Buckets, context: ApiContext) {
  const everyMs = parseDuration(every);
  if (everyMs === undefined || everyMs <= 0)
    throw new GridbellError('invalid-input', 'every must be a duration such as 90s, 15m, 1h, 1d.');
  const rest = { ...range, from: cursor === undefined ? range.from : bucketStart(cursor, range.from) };
  await refuseTooManyBuckets(rest, everyMs, context.platform);
  const { points, source } = await context.platform.history.buckets({
    ...rest,
    everyMs,
    fn: fn ?? 'avg',
    timezone: context.configuration.timezone,
  });
  const page = points.slice(0, limit);
  const after = points[page.length];
  return { points: page.map(pointView), next: after === undefined ? null : String(after.at), source };
}

/** A page of buckets goes on at the start of the first that it has left out, where all of that bucket's readings are. */
function bucketStart(cursor: string, from: EpochMs): EpochMs {
  const at = /^\d{1,15}$/.test(cursor) ? epochMs(Number(cursor)) : undefined;
  if (at === undefined)
    throw new GridbellError('invalid-input', 'cursor is none of an answer with these buckets.');
  return at > from ? at : from;
}

/**
 * Asked before anything is counted: 1 ms since 1970 would keep history busy for everybody. Where the range is that long,
 * what counts is how far the readings in it reach, so that `every=1h` needs no `from`; empty buckets within count as well.
 */
async function refuseTooManyBuckets(query: Range, everyMs: number, platform: ApiPlatform): Promise<void> {
  if ((query.to - query.from) / everyMs <= maxPoints) return;
  const { points } = await platform.history.readings({ ...query, limit: 1 });
  const first = points[0]?.at;
  if (first === undefined) return;
  const newest = (await platform.latest(query.device))[query.property]?.at;
  const end = newest === undefined ? query.to : Math.min(query.to, newest);
  const buckets = Math.ceil((end - first) / everyMs);
  if (buckets <= maxPoints) return;
  throw new GridbellError(
    'invalid-input',
    `These readings reach from ${iso(first)} to ${iso(epochMs(end))}: ${buckets} buckets of ${everyMs} ms, ${maxPoints} at most. Choose a longer every or a shorter range.`,
  );
}

const pointView = ({ at, value }: Point) => ({ at: iso(at), value });
