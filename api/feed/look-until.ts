import type { FastifyReply } from 'fastify';
import type { Waiting } from '#api/feed/waiting.ts';

interface Patience {
  /** Of whom so many may wait at a time. */
  readonly caller: string;
  /** Tells when there may be more; answers with how to stop it. */
  readonly listen: (ring: () => void) => () => void;
  readonly waitSeconds: number;
  readonly waiting: Waiting;
}

/**
 * Looks, and where there is nothing (`look` is true) again whenever there may be more, until the time is over. Throws `too-many-requests`, with
 * `Retry-After`, when too many wait.
 */
export async function lookUntil(
  look: () => boolean,
  reply: FastifyReply,
  { caller, listen, waitSeconds, waiting }: Patience,
): Promise<void> {
  if (waitSeconds === 0) {
    look();
    return;
  }
  // Of the refusal, should there be one.
  reply.header('retry-after', 1);
  using _place = waiting.enter(caller);
  reply.removeHeader('retry-after');
  using bell = waiting.bell(listen, { ms: waitSeconds * 1_000, response: reply.raw });
  // The bell hangs before the first look: what is committed meanwhile rings it.
  while (look()) if (!(await bell.rings())) break;
}
