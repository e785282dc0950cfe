import { Type } from 'typebox';
import type { Authenticator } from '#api/authentication/authenticator.ts';
import { filtered } from '#api/authorization/access.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { Anything, answers, closed, Id } from '#api/schemas.ts';
import { StreamConnection } from '#api/stream/connection.ts';
import { type Topic, topics } from '#api/stream/event-text.ts';
import { streamMeter } from '#api/stream/stream-metrics.ts';
import { languageOf } from '#api/views/task-view.ts';
import type { PlaceId } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';

/** Calls `beat` again and again, until what it answered with is called. */
export type Heartbeat = (beat: () => void) => () => void;

export const every15Seconds: Heartbeat = (beat) => {
  const timer = setInterval(beat, 15_000);
  timer.unref();
  return () => clearInterval(timer);
};

export interface StreamRouteOptions {
  readonly authenticator: Authenticator;
  readonly heartbeat: Heartbeat;
}

export interface OpenStreams {
  /** Ends those whose session is over, at once instead of with the next beat. */
  lookAgain(): void;
}

/** The live stream: server-sent events, resumable, filtered by what the caller may see. */
export function streamRoutes(
  app: Api,
  context: ApiContext,
  { authenticator, heartbeat }: StreamRouteOptions,
): OpenStreams {
  const connections = new Set<StreamConnection>();
  const looks = new Set<() => void>();
  const meter = streamMeter(context.platform.metrics);
  // Before the server waits for its connections to end, which these never would.
  app.addHook('preClose', async () => {
    for (const connection of connections) connection.end('stopping');
  });

  app.get(
    '/stream',
    {
      config: { access: { roles: 'signed-in', scope: filtered } },
      schema: {
        tags: ['stream'],
        summary:
          'Server-sent events `alarm`, `task`, `reading`, `device-command`, `notice`, `clock`; resumes after Last-Event-ID',
        produces: ['text/event-stream'],
        querystring: closed({
          topics: Type.Optional(
            Type.String({ maxLength: 200, description: `${topics.join()}; default alarms,tasks` }),
          ),
          place: Type.Optional(Id),
          lastEventId: Type.Optional(Type.Integer({ minimum: 0 })),
        }),
        response: answers({ 200: Anything }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { place, lastEventId } = request.query;
      const listener = {
        caller,
        topics: topicsOf(request.query.topics),
        place: place === undefined ? undefined : (place as PlaceId),
        language: languageOf(request.headers),
      };
      const after = lastIdOf(request.headers['last-event-id']) ?? lastEventId;

      // What other hooks set so far goes along: the answer is written past Fastify from here on.
      const headers = reply.getHeaders();
      reply.hijack();
      for (const [name, value] of Object.entries(headers)) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      const onFailure = (error: unknown) => request.log.error({ err: error }, 'stream failed');
      const connection = new StreamConnection({
        context,
        listener,
        response: reply.raw,
        after,
        meter,
        onFailure,
      });
      connections.add(connection);
      // Signed out, expired, another role or other places: the stream was opened under rights that are gone.
      const look = (): void => {
        const now = authenticator.identify(request);
        if (now === null || rightsOf(now) !== rightsOf(caller)) connection.end('session');
      };
      looks.add(look);
      const stop = heartbeat(() => {
        look();
        if (connection.isOpen) connection.beat();
      });
      reply.raw.on('close', () => {
        looks.delete(look);
        stop();
        connections.delete(connection);
      });
      await connection.start();
    },
  );
  return {
    lookAgain: () => {
      for (const look of looks) look();
    },
  };
}

const rightsOf = ({ actor, role, places }: ReturnType<typeof callerOf>): string =>
  JSON.stringify([actor.kind, actor.id, role, places]);

function topicsOf(text = 'alarms,tasks'): ReadonlySet<Topic> {
  const wanted = text.split(',').map((part) => part.trim());
  const unknown = wanted.filter((part) => !topics.some((topic) => topic === part));
  if (unknown.length > 0)
    throw new GridbellError(
      'invalid-input',
      `topics: unknown ${unknown.join(', ')}; there are ${topics.join(', ')}`,
      {
        extra: { issues: [{ path: 'topics', message: `must be of ${topics.join(', ')}` }] },
      },
    );
  return new Set(topics.filter((topic) => wanted.includes(topic)));
}

/** What is no number of ours is nothing to resume from. */
function lastIdOf(header: string | readonly string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
