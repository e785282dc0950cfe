import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type ErrorCode, errorCodes, GridbellError } from '#model/errors.ts';

/** An error as the API tells it (RFC 9457); `code` is stable, the rest is for people. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Relative URI of what the code means' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String({ description: 'Stable; docs/errors.md lists them' }),
    retry: Type.Boolean({ description: 'Whether the same request may succeed later' }),
    standing: Type.Optional(Type.Unknown({ description: '409: the value that stands' })),
    issues: Type.Optional(
      Type.Array(
        Type.Object({
          path: Type.String(),
          message: Type.String(),
          reason: Type.Optional(
            Type.String({
              description: 'Of claims: why, from the list in docs/api.md, for words of your own',
            }),
          ),
        }),
        { description: '400, 422: what is wrong, each with its place in the input' },
      ),
    ),
  },
  { title: 'Problem' },
);

const ofStatus: ReadonlyMap<number, ErrorCode> = new Map([
  [400, 'invalid-input'],
  [401, 'not-authenticated'],
  [403, 'not-allowed'],
  [404, 'not-found'],
  [413, 'too-large'],
  [415, 'unsupported-media-type'],
  [429, 'too-many-requests'],
  [503, 'not-ready'],
]);

/** Whatever was thrown as an error of the registry. What is not ours and not the client's becomes `internal` without its text. */
export function gridbellErrorOf(error: unknown): GridbellError {
  if (error instanceof GridbellError) return error;
  const status = (error as Partial<FastifyError> | null)?.statusCode ?? 500;
  const code = ofStatus.get(status) ?? (status < 500 ? 'invalid-input' : 'internal');
  const detail =
    code === 'internal'
      ? 'The log of the platform tells more under this request id.'
      : String((error as Error).message);
  return new GridbellError(code, detail, { cause: error });
}

export function sendProblem(reply: FastifyReply, error: GridbellError): FastifyReply {
  const { status, title, retry } = errorCodes[error.code];
  const { retryAfterS, ...extra } = error.extra;
  if (typeof retryAfterS === 'number') reply.header('retry-after', retryAfterS);
  // No cache keeps it, whatever the route had said: a file that is missing now may be there again in a moment.
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send({
      ...extra,
      type: `/api/docs/errors#${error.code}`,
      title,
      status,
      detail: error.message,
      code: error.code,
      retry,
    });
}

/** For fastify's `frameworkErrors`: what goes wrong before a route is found. */
export const sendFrameworkError = (error: unknown, _request: FastifyRequest, reply: FastifyReply): void => {
  sendProblem(reply, gridbellErrorOf(error));
};

/** Everything that goes wrong in a request leaves as a problem document. */
export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler((thrown: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const error = gridbellErrorOf(thrown);
    if (errorCodes[error.code].status >= 500)
      request.log.error({ err: error.cause ?? error, code: error.code }, 'request failed');
    return sendProblem(reply, error);
  });
}

/** What has no route is told as a problem, too, unless `otherwise` answers it. */
export function registerNotFound(
  app: FastifyInstance,
  otherwise: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | false,
): void {
  app.setNotFoundHandler(
    (request, reply) =>
      otherwise(request, reply) ||
      sendProblem(
        reply,
        new GridbellError('not-found', `There is no ${request.method} ${pathOf(request.url)}.`),
      ),
  );
}

/** The path without its query, which may hold what a log should not. */
export const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;
