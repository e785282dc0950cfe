import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import proxy from '@fastify/http-proxy';
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { Authenticator } from '#api/authentication/authenticator.ts';
import { refuseForeignUpgrade } from '#api/authentication/same-origin.ts';
import { type Access, everywhere } from '#api/authorization/access.ts';
import { admins, includes } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import { PacedSocket } from '#api/flows/paced-socket.ts';
import { SocketAgent } from '#api/flows/socket-agent.ts';
import { areThemselves, refusedToThemselves } from '#api/flows/themselves.ts';
import type { FlowsEditor } from '#api/flows-port.ts';
import { gridbellErrorOf, pathOf, sendProblem } from '#api/problem.ts';
import type { Heartbeat } from '#api/routes/stream.ts';
import { errorCodes, GridbellError } from '#model/errors.ts';

/**
 * Node-RED's editor loads its nodes as scripts in the page, and Monaco starts workers from text. Nothing of it comes from, or
 * goes to, elsewhere; nothing frames it.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self' blob:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

/** What of a request reaches the process of the flows: nothing that says who asks, or from where. */
const passedOn = [
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-length',
  'content-type',
  'if-modified-since',
  'if-none-match',
  'node-red-api-version',
  'node-red-deployment-type',
  'range',
  'transfer-encoding',
] as const;

/** What of its answers reaches nobody: it has no say in who is signed in. */
const keptBack = [
  'set-cookie',
  'x-powered-by',
  'access-control-allow-origin',
  'clear-site-data',
  // A script that it serves stays below /flows/, also when it stays in the browser.
  'service-worker-allowed',
] as const;

const access: Access = { roles: admins, scope: everywhere };
/** The page of the console that says how flows are. */
export const flowsPage = '/flow-control';
const mostMessageBytes = 4 * 1024 * 1024;
const answerWithinMs = 60_000;

/**
 * Which requests may become WebSockets; all others are what they are without the header that asks for it. Else whatever asks for it
 * is handed over by Node as a bare socket, which nobody times out.
 */
export const mayUpgrade = ({ url }: IncomingMessage): boolean =>
  url !== undefined && pathOf(url) === '/flows/comms';

export interface EditorParts {
  readonly authenticator: Authenticator;
  /** When it is looked whether the sessions of open editors still stand. */
  readonly heartbeat: Heartbeat;
}

/**
 * Node-RED's editor at `/flows/`, for admins: Gridbell's own sign-in stands before it, its process is reached by nobody else.
 * Answers with how to look again who still may.
 */
export async function editorRoutes(
  app: FastifyInstance,
  { platform }: ApiContext,
  { authenticator, heartbeat }: EditorParts,
): Promise<{ lookAgain(): void }> {
  const { editor } = platform.flows;
  const sockets = new Map<Socket, FastifyRequest>();
  const isAdmitted = (caller: Caller | null): boolean =>
    caller !== null &&
    includes(admins, caller.role) &&
    caller.places === null &&
    !areThemselves(caller, platform.flows);
  const lookAgain = (): void => {
    for (const [socket, request] of sockets)
      if (!isAdmitted(authenticator.identify(request))) socket.destroy();
  };
  const stopLooking = editor ? heartbeat(lookAgain) : () => undefined;
  app.addHook('preClose', async () => {
    stopLooking();
    for (const socket of sockets.keys()) socket.destroy();
  });

  // Node lets go of a socket that it hands over: one that breaks off before anybody else listens would end the whole process.
  app.server.on('upgrade', (_request, socket) => {
    socket.on('error', () => socket.destroy());
  });
  await app.register(
    async (scope) => {
      // What is posted there is passed on as it comes.
      scope.removeAllContentTypeParsers();
      scope.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, hide: true };
      });
      scope.setErrorHandler((error: Partial<FastifyError>, request, reply) => {
        const known = gridbellErrorOf(error);
        if (known.code === 'not-authenticated' && isPageVisit(request)) return reply.redirect(flowsPage);
        // It went away, or did not answer.
        return sendProblem(reply, errorCodes[known.code].status < 500 ? known : away());
      });
      scope.addHook('preHandler', async (request, reply) => {
        if (!isAdmitted(request.caller)) throw refusedToThemselves();
        refuseOtherPaths(request);
        if (!editor || editor.secret() === null) {
          if (isPageVisit(request)) return reply.redirect(flowsPage);
          throw editor ? away() : new GridbellError('not-found', 'Flows are off.');
        }
        if (request.headers.upgrade === undefined) return;
        refuseForeignUpgrade(request);
        const { socket } = request.raw;
        sockets.set(socket, request);
        socket.once('close', () => sockets.delete(socket));
      });
      scope.addHook('onSend', async (request, reply, payload) => {
        const done = deedOf(request);
        if (done === null || reply.statusCode >= 300) return payload;
        const { actor } = callerOf(request);
        // What the editor is told is done is on the disk.
        if (done === 'deploy') await platform.flows.deployed(actor);
        else await platform.flows.touched(actor, done);
        return payload;
      });
      scope.get('', { config: { access } }, async (_request, reply) => reply.redirect('/flows/', 308));
      await scope.register(proxy, {
        upstream: 'http://flows.invalid',
        routes: ['/*'],
        httpMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
        rewritePrefix: '/flows',
        config: { access },
        websocket: true,
        wsUpstream: 'ws://flows.invalid',
        wsServerOptions: { maxPayload: mostMessageBytes },
        ...clientOptions(editor),
        replyOptions: {
          rewriteRequestHeaders: (_request, headers) => headersFor(headers, editor),
          rewriteHeaders: (headers) => answerHeaders(headers),
        },
        disableRequestLogging: true,
      });
    },
    { prefix: '/flows' },
  );
  return { lookAgain };
}

/** How the process is reached. */
function clientOptions(editor: FlowsEditor | null) {
  const socketPath = editor?.socketPath ?? '/nowhere';
  const agent = new SocketAgent(socketPath, { keepAlive: true, maxSockets: 32, timeout: answerWithinMs });
  return {
    http: {
      agents: { 'http:': agent, 'https:': agent } as never,
      requestOptions: { timeout: answerWithinMs },
    },
    wsClientOptions: {
      createConnection: () => connect(socketPath),
      maxPayload: mostMessageBytes,
      perMessageDeflate: false,
      rewriteRequestHeaders: () => headersFor({}, editor),
    },
    wsHooks: {
      onConnect: (_context: unknown, source: WebSocket, target: WebSocket): void => {
        new PacedSocket(source, target);
      },
    },
  };
}

function headersFor(headers: IncomingHttpHeaders, editor: FlowsEditor | null): IncomingHttpHeaders {
  const passed = passedOn.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]));
  return {
    ...(Object.fromEntries(passed) as IncomingHttpHeaders),
    host: 'flows.invalid',
    ...(editor ? { [editor.secretHeader]: editor.secret() ?? '' } : {}),
  };
}

function answerHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !keptBack.some((each) => each === name));
  return {
    ...Object.fromEntries(kept),
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
  };
}

const away = (): GridbellError =>
  new GridbellError('not-ready', 'Flows do not run now; GET /api/v1/flows says why.', {
    extra: { retryAfterS: 2 },
  });

/** What somebody does that goes into the audit; null: it changes nothing but how the editor looks. */
function deedOf({ method, url }: FastifyRequest): string | null {
  if (method === 'GET' || method === 'HEAD') return null;
  const path = pathOf(url).slice('/flows/'.length);
  // Node-RED takes capitals and a slash at the end for the same.
  const known = path.toLowerCase().replace(/\/$/, '');
  if (known !== 'flows/state' && /^flows?(\/|$)/.test(known)) return 'deploy';
  return /^(settings|debug)(\/|$)/.test(known) ? null : `${method} ${path}`.slice(0, 200);
}

/** Node-RED would read a path with empty parts, or with dots, as another one than we did. */
function refuseOtherPaths({ url }: FastifyRequest): void {
  const parts = pathOf(url).slice(1).replace(/\/$/, '').split('/');
  if (parts.some((part) => part === '' || /^(\.|%2e)+$/i.test(part)))
    throw new GridbellError('invalid-input', 'The path has empty parts, or parts that are dots.');
}

/** A person who opens an address, and not a program or the page itself. */
const isPageVisit = ({ headers, method }: FastifyRequest): boolean =>
  method === 'GET' &&
  headers.upgrade === undefined &&
  headers.accept?.includes('text/html') === true &&
  (headers['sec-fetch-mode'] ?? 'navigate') === 'navigate';
