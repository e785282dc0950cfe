import type { FastifyInstance } from 'fastify';
import type { Caller } from '#api/caller.ts';
import { madeToWait } from '#api/made-to-wait.ts';
import { minute } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Also an API token of an admin may make no more changes by it than an admin's account: a flow that runs away. */
    isBounded?: boolean;
  }
}

const readingMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Bounds how much one account or API token may write: each change stays in the log, the audit and the history of a task
 * for good. 429 with `Retry-After`. What runs as the operator's own is not bounded: the socket, API tokens of admins.
 */
export function limitWrites(app: FastifyInstance, perMinute: number): void {
  const check = app.createRateLimit({
    max: ({ caller }) => allowanceOf(caller, perMinute),
    timeWindow: minute,
    keyGenerator: ({ caller }) => (caller ? `${caller.actor.kind} ${caller.actor.id}` : ''),
  });
  app.addHook('onRequest', async (request, reply) => {
    const { caller } = request;
    const { isBounded = false } = request.routeOptions.config;
    if (readingMethods.has(request.method) || caller === null || isUnbounded(caller, isBounded)) return;
    const state = await check(request);
    if (state.isAllowed || !state.isExceeded) return;
    reply.header('retry-after', state.ttlInSeconds);
    await madeToWait();
    throw new GridbellError(
      'too-many-requests',
      `${state.max} changes a minute are what this account may make; wait and try again.`,
    );
  });
}

/** An admin sets whole installations up by hand, and more than that is a runaway script. */
const allowanceOf = (caller: Caller | null, perMinute: number): number =>
  caller?.role === 'admin' ? 10 * perMinute : perMinute;

const isUnbounded = ({ actor, role }: Caller, isBounded: boolean): boolean =>
  actor.kind === 'operator' || (actor.kind === 'token' && role === 'admin' && !isBounded);
