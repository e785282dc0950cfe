import { setTimeout as delay } from 'node:timers/promises';
import { stopwatch } from '#model/clock.ts';

/** Lets so many a second through, in the order in which they came. */
export function newTurnstile(perSecond: number): () => Promise<void> {
  let nextMs = 0;
  return async () => {
    const dueMs = Math.max(nextMs, stopwatch());
    nextMs = dueMs + 1_000 / perSecond;
    const waitMs = dueMs - stopwatch();
    if (waitMs >= 1) await delay(waitMs);
  };
}
