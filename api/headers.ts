import type { FastifyInstance } from 'fastify';
import type { ClockKind } from '#model/clock.ts';

/** What every answer carries: nothing of it may be framed, sniffed, kept by a cache, or run as a page. */
const security = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
} as const;
const noPage = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Sets the security headers, and says on every answer when the data clock counts. */
export function registerHeaders(app: FastifyInstance, clock: ClockKind): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(security);
    // Routes that serve pages set their own.
    reply.header('content-security-policy', noPage);
    reply.header('cache-control', 'no-store');
    if (request.protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000');
    if (clock === 'data') reply.header('gridbell-clock', 'data');
  });
}
