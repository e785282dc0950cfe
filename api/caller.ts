import type { FastifyRequest } from 'fastify';
import type { EpochMs, PersonId, PlaceId } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import type { Actor } from '#model/record.ts';
import type { Role } from '#model/role.ts';

/** Who asks, as it was found at the beginning of the request. */
export interface Caller {
  readonly actor: Actor;
  readonly role: Role;
  readonly person: PersonId | null;
  /** Where the caller may look, everything below included; null: everywhere. */
  readonly places: readonly PlaceId[] | null;
  /** How it came: a cookie rides along with any request of a browser, a bearer token and the socket do not. */
  readonly via: 'cookie' | 'bearer' | 'socket';
  readonly session: { readonly tokenHash: string; readonly expiresAt: EpochMs } | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on open routes when nobody signed in. */
    caller: Caller | null;
  }
}

/** The caller of a route that is not open. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new GridbellError('not-authenticated', 'Sign in or send a bearer token.');
  return request.caller;
}
