import type { FastifyRequest } from 'fastify';
import { GridbellError } from '#model/errors.ts';

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a request that another site made a browser send (CSRF). Browsers say where a request comes from
 * (`Sec-Fetch-Site`, else `Origin`); a client that says neither is none, and has no cookie by accident.
 */
export function refuseForeignOrigin(request: FastifyRequest): void {
  if (safeMethods.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const isForeign =
    site === undefined
      ? origin !== undefined && origin !== `${request.protocol}://${request.host}`
      : site !== 'same-origin' && site !== 'none';
  if (isForeign) throw new GridbellError('not-allowed', 'This request came from another site.');
}

/**
 * Refuses a WebSocket that another site's page opens: browsers send cookies along, and ask nobody. Browsers always say the
 * origin there.
 */
export function refuseForeignUpgrade(request: FastifyRequest): void {
  const { origin } = request.headers;
  if (
    origin === undefined
      ? request.caller?.via === 'cookie'
      : origin !== `${request.protocol}://${request.host}`
  )
    throw new GridbellError('not-allowed', 'This connection came from another site.');
}
