import type { IncomingHttpHeaders } from 'node:http';
import { Type } from 'typebox';
import { open } from '#api/authorization/access.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { Anything, answers } from '#api/schemas.ts';
import { GridbellError } from '#model/errors.ts';

const Ready = Type.Object({
  ready: Type.Boolean(),
  checks: Type.Record(Type.String(), Type.Object({ ok: Type.Boolean(), detail: Type.String() })),
});

/** For whoever watches over the process; outside of /api/v1. */
export function healthRoutes(app: Api, { platform }: ApiContext): void {
  const tags = ['health'];

  app.get(
    '/health/live',
    {
      config: { access: open },
      schema: {
        tags,
        summary: 'The process answers',
        response: answers({ 200: Type.Object({ live: Type.Boolean() }) }),
      },
    },
    async () => ({ live: true }),
  );

  app.get(
    '/health/ready',
    {
      config: { access: open },
      schema: {
        tags,
        summary: 'Everything serves; 503 with the same body when not',
        response: answers({ 200: Ready, 503: Ready }),
      },
    },
    async (_request, reply) => {
      const health = platform.health();
      return reply.code(health.ready ? 200 : 503).send(health);
    },
  );

  app.get(
    '/metrics',
    {
      config: { access: open },
      schema: {
        tags,
        summary: 'Metrics in the text format of Prometheus; from this machine only',
        produces: ['text/plain'],
        response: answers({ 200: Anything }),
      },
    },
    async (request, reply) => {
      // A proxy on this machine asks for others: the connection, and whom it says that it speaks for, must be local.
      const { headers, ip, raw } = request;
      if (!(isLocal(raw.socket.remoteAddress) && isLocal(ip) && isForLocal(headers)))
        throw new GridbellError('not-allowed', 'Metrics are for this machine only.');
      return reply
        .type(platform.metrics.contentType)
        .serializer(String)
        .send(await platform.metrics.metrics());
    },
  );
}

/** Also when no proxy is trusted: what one adds to a request is believed as far as it speaks against the request. */
function isForLocal({
  forwarded,
  'x-forwarded-for': chain,
  'x-real-ip': real,
}: IncomingHttpHeaders): boolean {
  if (forwarded !== undefined) return false;
  const addresses = [chain ?? [], real ?? []].flat().flatMap((text) => text.split(','));
  return addresses.every((address) => isLocal(address.trim()));
}

/** Undefined: a socket file, which only this machine has. */
const isLocal = (address: string | undefined): boolean =>
  address === undefined || address === '' || /^(::ffff:)?127\.|^::1$/.test(address);
