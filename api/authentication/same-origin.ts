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
