import { visiblePlaces } from '#api/authorization/access.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import type { PlaceId } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';

/** What of the community a report is about. */
export interface Area {
  /** The highest places of it; null: everything there is. */
  readonly roots: readonly PlaceId[] | null;
  /** All places in it; undefined: everything. */
  readonly places: readonly PlaceId[] | undefined;
}

/** What the caller may see of the place that was asked for, or of everything; 403 when that is nothing. */
export function areaOf(caller: Caller, wanted: string | undefined, context: ApiContext): Area {
  const places = visiblePlaces(caller, wanted, context);
  if (places === undefined) return { roots: null, places };
  if (places.length === 0)
    throw new GridbellError('not-allowed', 'This lies outside of the places that are yours.');
  const inside = new Set(places);
  const roots = places.filter(
    (place) =>
      !context.configuration
        .path(place)
        .slice(1)
        .some((above) => inside.has(above)),
  );
  return { roots, places };
}

/**
 * The part of an area that a place lies in: the place right below a root, or the root where there is nothing between;
 * undefined: it is not known (any more).
 */
export function partOf(place: PlaceId, { roots }: Area, { configuration }: ApiContext): PlaceId | undefined {
  const path = configuration.path(place);
  const tops = new Set<string>(roots ?? [configuration.communityId ?? '']);
  const top = path.findIndex((each) => tops.has(each));
  return top === -1 ? undefined : path[Math.max(0, top - 1)];
}
