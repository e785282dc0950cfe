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
 * In the environment of a process that ends with the one that started it, however that ends: whose process id it is told,
 * since by the time it looks for itself that one may be gone.
 */
export const parentVariable = 'GRIDBELL_PARENT';

/**
 * Resolves when the process that this one was told to end with has ended, or the shell between `npx` and this process:
 * npx hands a signal to that shell alone, which dies of it without a word to us.
 */
function orphaned(io: Io): Promise<void> {
  const told = io.env[parentVariable];
  const parent = told === undefined ? process.ppid : Number(told);
  return new Promise((resolve) => {
    if (told === undefined && io.env['npm_command'] !== 'exec') return;
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      resolve();
    }, lookForParentMs).unref();
  });
}
