import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator } from '#api/authentication/authenticator.ts';
import { refuseForeignOrigin } from '#api/authentication/same-origin.ts';
import type { Access } from '#api/authorization/access.ts';
import { callerOf } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import { GridbellError } from '#model/errors.ts';

/**
 * Deny by default: a route that does not say who may call it does not start. 401 and the role's 403 are answered before
 * the body is read, the place's 403 after validation, everything of the handler (404, 409) later.
 */
export function registerAuthorization(
  app: FastifyInstance,
  context: ApiContext,
  authenticator: Authenticator,
): void {
  app.decorateRequest('caller', null);

  app.addHook('onRoute', (route) => {
    if (!route.config?.access)
      throw new Error(`${String(route.method)} ${route.url} does not say who may call it`);
  });

  app.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access;
    request.caller = authenticator.identify(request);
    // Unknown routes have none: they answer 404 to everybody.
    if (!access) return;
    if (request.caller?.via === 'cookie' || isAnybodys(access)) refuseForeignOrigin(request);
    if (!isAnybodys(access)) admit(request, access);
  });

  app.addHook('preHandler', async (request) => {
    const scope = request.routeOptions.config.access?.scope;
    if (scope?.kind === 'checked' && !scope.allows(request, callerOf(request), context)) throw outOfPlace();
  });
}

/** No account lets in, and none keeps out: the route itself asks, or asks nobody. */
const isAnybodys = ({ roles }: Access): boolean => roles === 'open' || roles === 'device';

function admit(request: FastifyRequest, { roles, scope }: Access): void {
  const caller = callerOf(request);
  if (roles === 'operator') {
    if (caller.actor.kind !== 'operator')
      throw new GridbellError(
        'not-allowed',
        'Only the operator may, through the socket in the data directory.',
      );
  } else if (typeof roles !== 'string' && !roles.includes(caller.role)) {
    throw new GridbellError('not-allowed', `The role ${caller.role} may not do this.`);
  }
  if (scope.kind === 'everywhere' && caller.places !== null) throw outOfPlace();
}

/** The same words for a place that exists and one that does not: nobody learns which. */
const outOfPlace = (): GridbellError =>
  new GridbellError('not-allowed', 'This lies outside of the places that are yours.');
