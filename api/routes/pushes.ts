import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { devicesOnly } from '#api/authorization/access.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { PushDoor } from '#api/pushes/push-door.ts';
import { pushedEvents, pushLimits } from '#api/pushes/pushed-events.ts';
import { answers, Id } from '#api/schemas.ts';
import type { Device } from '#model/community.ts';
import { GridbellError } from '#model/errors.ts';

const dialect = 'hikvision';

/** ISAPI's ResponseStatus, since firmware may read the answer. */
const Taken = Type.Object({
  statusCode: Type.Literal(1),
  statusString: Type.Literal('OK'),
  subStatusCode: Type.Literal('ok'),
});
const taken = { statusCode: 1, statusString: 'OK', subStatusCode: 'ok' } as const;

/** Where door stations and cameras push their events (docs/dialects.md, Hikvision over HTTP). */
export function pushRoutes(app: Api, context: ApiContext): void {
  const door = new PushDoor(context);

  void app.register(async (scope: Api) => {
    scope.decorateRequest('pusher', null);
    // Any type, unread: what a body is shows when it is read, and it is read when it is known who sends it.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, body, done) => done(null, body));
    scope.addHook('onRequest', async (request, reply) => {
      request.pusher = door.admit(request, reply, dialect);
    });

    for (const path of ['/ingest/hikvision', '/ingest/hikvision/:device/:token']) {
      const hasToken = path.includes(':token');
      const params = hasToken
        ? { params: Type.Object({ device: Id, token: Type.String({ maxLength: 512 }) }) }
        : {};
      const said = hasToken ? ', which the path names with its token' : '';
      scope.post(
        path,
        {
          config: { access: devicesOnly },
          schema: {
            tags: ['devices'],
            summary: `Take events of a Hikvision device${said}: JSON, XML or multipart; answered when they are on disk`,
            ...params,
            response: answers({ 200: Taken }),
          },
        },
        async (request) => {
          await take(request);
          return taken;
        },
      );
      scope.get(
        path,
        {
          config: { access: devicesOnly },
          schema: {
            tags: ['devices'],
            summary: `Whether a Hikvision device may push its events here${said}`,
            ...params,
            response: answers({ 200: Taken }),
          },
        },
        async () => taken,
      );
    }
  });

  async function take(request: FastifyRequest): Promise<void> {
    const device = pusherOf(request);
    if (Number(request.headers['content-length']) > pushLimits.bodyBytes)
      throw new GridbellError('too-large', `A push has ${pushLimits.bodyBytes / 2 ** 20} MiB at most.`);
    const done = door.begin(device);
    try {
      const body = request.body as Readable | null | undefined;
      const events = body ? await pushedEvents(body, request.headers) : [];
      const topic = `${dialect}/${device.id}`;
      for (const payload of events) await context.platform.deliver({ device: device.id, topic, payload });
    } finally {
      done();
    }
  }
}

function pusherOf({ pusher }: FastifyRequest): Device {
  if (!pusher) throw new GridbellError('not-authenticated', 'Nobody knows who sent this.');
  return pusher;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The device that pushes events over HTTP. */
    pusher: Device | null;
  }
}
