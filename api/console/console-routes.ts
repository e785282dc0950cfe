import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import staticFiles from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { open } from '#api/authorization/access.ts';
import type { Api } from '#api/context.ts';
import { pathOf } from '#api/problem.ts';

/** What `npm ci` builds of dashboards/console. */
const builtConsole = fileURLToPath(new URL('../../dashboards/console/dist', import.meta.url));

/**
 * Scripts, styles, images and requests of our own origin only. Charts and floating panels place themselves by style
 * attributes; style sheets from elsewhere, or written into the page, stay refused.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

/** Answers a browser that asks for an address of the console; false: it is for somebody else to answer. */
export type ConsolePage = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | false;

/** The console: one page, whatever its address, and the files that it loads, which carry their hash in the name. */
export async function consoleRoutes(app: Api, directory: string = builtConsole): Promise<ConsolePage> {
  await app.register(staticFiles, {
    root: directory,
    serve: false,
    preCompressed: true,
    cacheControl: false,
  });
  // Whoever watches over a service asks for its head.
  const shared = { config: { access: open }, schema: { hide: true }, exposeHeadRoute: true };
  const page = (reply: FastifyReply): FastifyReply => {
    if (!existsSync(join(directory, 'index.html')))
      return reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .serializer(String)
        .send('The console is not built: run npm run build:console, then load this page again.');
    return reply
      .header('content-security-policy', contentSecurityPolicy)
      .header('cache-control', 'no-cache')
      .code(200)
      .sendFile('index.html');
  };

  app.get('/', shared, async (_request, reply) => page(reply));
  app.get('/favicon.svg', shared, async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=86400').sendFile('favicon.svg'),
  );
  // At the root: a worker is let near the pages below its own address only. It has one name, so browsers ask whether it changed.
  app.get('/push-worker.js', shared, async (_request, reply) =>
    reply
      .header('content-security-policy', contentSecurityPolicy)
      .header('cache-control', 'no-cache')
      .sendFile('push-worker.js'),
  );
  app.get('/assets/*', shared, async (request, reply) =>
    reply
      // A worker lives under the policy of its own script.
      .header('content-security-policy', contentSecurityPolicy)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .sendFile(pathOf(request.url)),
  );
  // A program that asks for what is not there gets a problem document, a browser the page, which knows its own addresses.
  return (request, reply) =>
    request.method === 'GET' &&
    request.headers.accept?.includes('text/html') === true &&
    !/^\/(api|health|metrics|assets)\b/.test(request.url) &&
    page(reply);
}
