import type { EpochMs } from '#model/brand.ts';
import { messageOf as textOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { Notice } from '#model/notice.ts';
import type { Message } from '#notify/message.ts';
import { decide } from '#notify/pipeline/pipeline.ts';
import { type Surroundings, subjectOf, type Verdict } from '#notify/pipeline/stage.ts';
import type { NotifyStore, World } from '#notify/ports.ts';
import { isStoreFault } from '#notify/store-fault.ts';

const batch = 100;

/** What nobody took over yet, the oldest first. */
export const newNotices = ({ store, world }: { readonly store: NotifyStore; readonly world: World }) =>
  world.noticesAfter(store.position(), batch);

/**
 * Takes new notices over: each is decided on and written together with the position, so that after a crash none is missing and
 * none comes twice. Within a transaction of the caller.
 */
export function takeNotices(
  notices: readonly Notice[],
  store: NotifyStore,
  { around, log, now }: { readonly around: Surroundings; readonly now: EpochMs; readonly log: Log },
): void {
  for (const notice of notices) {
    // A copy of the ops store from before may give numbers anew: what is known by its id is not told again.
    if (!store.message(notice.id)) store.putMessage(messageOf(notice, around, { now, log }));
    store.setPosition(notice.seq);
  }
}

function messageOf(
  notice: Notice,
  around: Surroundings,
  { log, now }: { readonly now: EpochMs; readonly log: Log },
): Message {
  const verdict = verdictOn(notice, around, { now, log });
  const fresh = {
    notice,
    lead: null,
    channels: [],
    step: 0,
    dueAt: null,
    toldAt: null,
    seenAt: null,
    seenBy: null,
    actedAt: null,
  };
  if ('stop' in verdict) return { ...fresh, state: verdict.stop, because: verdict.because };
  const { because, channels, lead, notBefore } = verdict.plan;
  if (lead !== null) return { ...fresh, state: 'grouped', because, lead, channels };
  const state = notBefore > now ? 'waiting' : 'telling';
  return { ...fresh, state, because, channels, dueAt: notBefore };
}

/** Where no decision comes about, somebody is told rather than nobody: at once, by every channel in its turn. */
function verdictOn(
  notice: Notice,
  around: Surroundings,
  { log, now }: { readonly now: EpochMs; readonly log: Log },
): Verdict {
  try {
    return decide(subjectOf(notice, around.world, now), around);
  } catch (error) {
    if (isStoreFault(error)) throw error;
    log.error({ notice: notice.id, error: textOf(error) }, 'how to tell of this could not be decided');
    return { plan: { because: [], notBefore: now, lead: null, channels: around.channels } };
  }
}
