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

/**
 * Before 429: who does not wait is made to. A loop over some connections asks a few hundred times a second then, not
 * thousands.
 */
export const madeToWait = (): Promise<void> => passed(250);
