import { Type } from 'typebox';
import { idOf, placesOf } from '#api/authorization/access.ts';
import { observers } from '#api/authorization/role-groups.ts';
import { maySeeProperty } from '#api/authorization/sensitivity.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { answers, closed, IdParams, Instant, oneOf, rangeFields, rangeOf } from '#api/schemas.ts';
import { day, type PlaceId, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Device } from '#model/community.ts';
import { parseDuration } from '#model/duration.ts';
import { GridbellError } from '#model/errors.ts';
import { aggregates, bucketSources } from '#store/history/history.ts';

const HeatMap = Type.Object({
  source: oneOf(bucketSources),
  at: Type.Array(Instant, { description: 'Starts of the buckets in which anything stands' }),
  rows: Type.Array(
    Type.Object({
      device: Type.String(),
      place: Type.String(),
      values: Type.Array(Type.Unknown(), { description: 'One for each of `at`; null: none' }),
    }),
  ),
});

const Said = Type.Object({
  items: Type.Array(Type.Object({ property: Type.String(), devices: Type.Array(Type.String()) }), {
    description: 'What most devices said first',
  }),
});

/** How far back a range reaches when nobody says it. */
const defaultRangeMs = 7 * day;

/** What the devices of a place said, and one property of all of them in buckets. */
export function heatRoutes(app: Api, context: ApiContext): void {
  const access = {
    roles: observers,
    scope: placesOf((request, { configuration }) => {
      const place = idOf(request) as PlaceId;
      return configuration.place(place) ? [place] : [];
    }),
  };
  const devicesIn = (id: string): readonly Device[] => {
    const { configuration } = context;
    const place = id as PlaceId;
    if (!configuration.place(place)) throw new GridbellError('not-found', `There is no place ${id}.`);
    return [...configuration.devices()].filter((device) => configuration.isWithin(device.place, place));
  };

  app.get(
    '/places/:id/properties',
    {
      config: { access },
      schema: {
        tags: ['readings'],
        summary: 'What devices of a place ever said, of what history has and you may see',
        params: IdParams,
        response: answers({ 200: Said }),
      },
    },
    async (request) => {
      const { role } = callerOf(request);
      const devices = new Map(devicesIn(request.params.id).map((device) => [device.id, device]));
      const found = new Map<string, string[]>();
      for (const { device, property } of await context.platform.history.series([...devices.keys()])) {
        const known = devices.get(device);
        if (known === undefined || !maySeeProperty(role, property, known)) continue;
        const said = found.get(property);
        if (said === undefined) found.set(property, [device]);
        else said.push(device);
      }
      return {
        items: [...found]
          .map(([property, said]) => ({ property, devices: said }))
          .sort((a, b) => b.devices.length - a.devices.length || (a.property < b.property ? -1 : 1)),
      };
    },
  );

  app.get(
    '/places/:id/heat',
    {
      config: { access },
      schema: {
        tags: ['readings'],
        summary: 'One property of all devices of a place in buckets, as a heat map wants it',
        params: IdParams,
        querystring: closed({
          property: Type.String({ minLength: 1, maxLength: 100 }),
          ...rangeFields,
          every: Type.Optional(
            Type.String({ maxLength: 24, description: 'Length of a bucket: 15m, 1h (default), 1d' }),
          ),
          fn: Type.Optional(oneOf(aggregates)),
        }),
        response: answers({ 200: HeatMap }),
      },
    },
    async (request) => {
      const { configuration, platform } = context;
      const place = request.params.id as PlaceId;
      const within = devicesIn(place);
      const { property, every = '1h', fn } = request.query;
      const everyMs = parseDuration(every);
      if (everyMs === undefined || everyMs <= 0)
        throw new GridbellError('invalid-input', 'every must be a duration such as 15m, 1h, 1d.');
      const { role } = callerOf(request);
      const devices = within.filter((device) => maySeeProperty(role, property, device));
      const range = rangeOf(request.query);
      const to = range.to ?? platform.now();
      const from = range.from ?? plus(to, -1 * defaultRangeMs);
      if (from >= to) throw new GridbellError('invalid-input', 'from must be earlier than to.');
      refuseTooManyCells(devices.length, (to - from) / everyMs);
      const { rows, source } = await platform.history.heat({
        devices: devices.map(({ id }) => id),
        property,
        from,
        to,
        everyMs,
        fn: fn ?? 'avg',
        timezone: configuration.timezone,
      });
      const at = [...new Set(rows.flatMap(({ points }) => points.map((point) => point.at)))].sort(
        (a, b) => a - b,
      );
      const placeOf = new Map(devices.map((device) => [device.id, device.place]));
      return {
        source,
        at: at.map(iso),
        rows: rows.map(({ device, points }) => {
          const values = new Map(points.map((point) => [point.at, point.value]));
          return {
            device,
            place: placeOf.get(device) ?? place,
            values: at.map((start) => values.get(start) ?? null),
          };
        }),
      };
    },
  );
}

/** Most devices of a place do not say the property: those that do are counted by history, up to 100,000 buckets. */
const maxCells = 2_000_000;

/** Asked before anything is counted; of devices that never said the property as well. */
function refuseTooManyCells(devices: number, buckets: number): void {
  if (devices * buckets <= maxCells) return;
  throw new GridbellError(
    'invalid-input',
    `${devices} devices in ${Math.ceil(buckets)} buckets are too many: choose a smaller place, a longer every or a shorter range.`,
  );
}
