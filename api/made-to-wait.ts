/** Resolves after so many milliseconds, or as soon as the signal is aborted. Nothing is kept running for it. */
export async function passed(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const over = () => resolve();
  const timer = setTimeout(over, ms);
  timer.unref();
  signal?.addEventListener('abort', over);
  if (signal?.aborted) over();
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener('abort', over);
}

const shortestMs = 250;
const longestMs = 750;

/**
 * Before 429: who does not wait is made to. A loop over some connections asks a hundred times a second then, not thousands; and
 * not all of them in the same moment, as they would if each waited as long as the others.
 */
export const madeToWait = (): Promise<void> => passed(shortestMs + Math.random() * (longestMs - shortestMs));
