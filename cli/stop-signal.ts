import type { Io } from '#cli/io.ts';
import { stopwatch } from '#model/clock.ts';

/** One Ctrl-C may come more than once: the terminal signals the whole group, and npm passes its own on. */
const sameSignalMs = 500;

/** Resolves when a command that runs until it is told to stop is told so. */
export const stopAskedFor = (io: Io): Promise<void> => Promise.race([signalled(), orphaned(io)]);

/** Resolves at the first signal; a later one ends the process at once. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const onSignal = (): void => {
      if (firstAt !== undefined && stopwatch() - firstAt > sameSignalMs) process.exit(1);
      firstAt ??= stopwatch();
      resolve();
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}

const lookForParentMs = 250;

/**
 * Resolves when the shell between `npx` and this process has ended. npx hands a signal to that shell alone, which dies of
 * it without a word to us.
 */
function orphaned(io: Io): Promise<void> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    if (io.env['npm_command'] !== 'exec') return;
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      resolve();
    }, lookForParentMs).unref();
  });
}
