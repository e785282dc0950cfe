import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { open } from '#api/authorization/access.ts';
import type { Api } from '#api/context.ts';
import { contentSecurityPolicy, documentationPage, errorsPage } from '#api/documentation/page.ts';
import { Anything, answers } from '#api/schemas.ts';

/** Sets up the collecting of all routes that follow as OpenAPI 3.1. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gridbell',
        version: '1',
        description: 'One place for a community’s sensors, its alarms and the work that follows from them.',
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'gridbell-session' },
          bearer: { type: 'http', scheme: 'bearer' },
          deviceDigest: { type: 'http', scheme: 'digest' },
          deviceBasic: { type: 'http', scheme: 'basic' },
        },
      },
      security: [{ session: [] }, { bearer: [] }],
    },
    transform: ({ schema, url, route }) => {
      const access = route.config?.access;
      const method = String(route.method).toLowerCase();
      return {
        url,
        schema: {
          ...schema,
          operationId: `${method}${url.replace(/^\/api\/v1/, '').replace(/[^A-Za-z0-9]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())}`,
          description: [schema?.description, `Who: ${whoMay(access)}.`].filter(Boolean).join(' '),
          ...(access?.roles === 'open' ? { security: [] } : {}),
          ...(access?.roles === 'device' ? { security: securityOfDevices(url) } : {}),
        },
      };
    },
  });
}

/** One that names its token in the path needs nothing else. */
const securityOfDevices = (url: string) =>
  url.includes(':token') ? [] : [{ deviceDigest: [] }, { deviceBasic: [] }];

function whoMay(access: { readonly roles: string | readonly string[] } | undefined): string {
  const roles = access?.roles ?? 'nobody';
  if (typeof roles !== 'string') return roles.join(', ');
  if (roles === 'open') return 'anybody, without an account';
  if (roles === 'device') return 'a device, with its token';
  return roles === 'signed-in' ? 'everybody who is signed in' : roles;
}

/** The OpenAPI document and pages that people read; self-contained, no script. */
export function documentationRoutes(app: Api): void {
  const config = { access: open, rateLimit: { max: 120, timeWindow: 60_000 } };
  const schema = (summary: string, type: string) => ({
    tags: ['documentation'],
    summary,
    produces: [type],
    response: answers({ 200: Anything }),
  });

  app.get(
    '/api/openapi.json',
    { config, schema: schema('This API as OpenAPI 3.1', 'application/json') },
    async () => app.swagger(),
  );
  const page = (path: string, summary: string, render: () => string): void => {
    app.get(path, { config, schema: schema(summary, 'text/html') }, async (_request, reply) =>
      reply
        .header('content-security-policy', contentSecurityPolicy)
        .type('text/html; charset=utf-8')
        .serializer(String)
        .send(render()),
    );
  };
  page('/api/docs', 'This API for readers', () => documentationPage(app.swagger()));
  page('/api/docs/errors', 'Every error code and what it means', errorsPage);
}
