import type { FastifyRequest } from 'fastify';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import type { DeviceId, PlaceId } from '#model/brand.ts';
import type { Role } from '#model/role.ts';

/** How a route limits itself to the places of its caller. */
export type Scope =
  /** Nothing of it belongs to a place. */
  | { readonly kind: 'none' }
  /** It is only about the caller. */
  | { readonly kind: 'own' }
  /** It is about the whole installation: callers who are bound to places may not. */
  | { readonly kind: 'everywhere' }
  /** A list: what lies elsewhere is left out by the handler. */
  | { readonly kind: 'filtered' }
  /** Asked before the handler runs, after validation; false = 403. */
  | {
      readonly kind: 'checked';
      readonly allows: (request: FastifyRequest, caller: Caller, context: ApiContext) => boolean;
    };

/** Who may call a route. Every route declares it; one without it does not start. */
export type Access =
  | { readonly roles: 'open'; readonly scope: { readonly kind: 'none' } }
  /** Devices, which say themselves who they are: the route lets them in. Nobody who is signed in may. */
  | { readonly roles: 'device'; readonly scope: { readonly kind: 'none' } }
  | { readonly roles: 'signed-in' | 'operator' | readonly Role[]; readonly scope: Scope };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}

/** The scopes without a question of their own, and the access of what needs no account. */
export const none: { readonly kind: 'none' } = { kind: 'none' };
export const own: Scope = { kind: 'own' };
export const everywhere: Scope = { kind: 'everywhere' };
export const filtered: Scope = { kind: 'filtered' };
export const open: Access = { roles: 'open', scope: none };
export const devicesOnly: Access = { roles: 'device', scope: none };

/** True when the caller may look there. */
export function isInScope(caller: Caller, place: PlaceId, { configuration }: ApiContext): boolean {
  return caller.places === null || caller.places.some((own) => configuration.isWithin(place, own));
}

/** Scope of one thing: all the places that it names must be the caller's; a thing that does not exist names none. */
export const placesOf = (
  find: (request: FastifyRequest, context: ApiContext) => readonly PlaceId[],
): Scope => ({
  kind: 'checked',
  allows: (request, caller, context) =>
    find(request, context).every((place) => isInScope(caller, place, context)),
});

/**
 * All places that a list may show, those below included: the caller's, or those of them that lie within `wanted` (one
 * place, or several with commas between). Undefined: no limit.
 */
export function visiblePlaces(
  caller: Caller,
  wanted: string | undefined,
  { configuration }: ApiContext,
): readonly PlaceId[] | undefined {
  if (caller.places === null && wanted === undefined) return undefined;
  const candidates = [...configuration.places()].map((place) => place.id);
  const community = configuration.communityId;
  // Things may be bound to the community itself, which has an id of the same kind as a place.
  if (community !== undefined) candidates.push(community as string as PlaceId);
  const within = wanted === undefined ? undefined : new Set(wanted.split(',').map((place) => place.trim()));
  return candidates.filter(
    (place) =>
      (within === undefined || configuration.path(place).some((each) => within.has(each))) &&
      (caller.places === null || caller.places.some((own) => configuration.isWithin(place, own))),
  );
}

/** An `{id}` of the path, after validation. */
export function idOf(request: FastifyRequest): string {
  const { params } = request;
  return typeof params === 'object' && params !== null && 'id' in params ? String(params.id) : '';
}

/** Scope of what belongs to the device whose id the path has. */
export const deviceScope: Scope = placesOf((request, { configuration }) => {
  const device = configuration.device(idOf(request) as DeviceId);
  return device ? [device.place] : [];
});
