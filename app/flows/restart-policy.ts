import { minute, second } from '#model/brand.ts';

/** How patient the supervisor is. */
export interface FlowsTimings {
  /** Memory is looked at so often. */
  readonly lookEveryMs: number;
  /** It is asked how it is so often. */
  readonly pulseEveryMs: number;
  /** A process that says nothing for so long while it computes hangs. */
  readonly hungAfterMs: number;
  /** One that says nothing and does not get to compute either: the machine is busy with what is more important, or it was stopped by a signal. */
  readonly starvedAfterMs: number;
  /** A start that computes and is not ready by then is none. */
  readonly startWithinMs: number;
  /** One that does not get to compute: begun anew it would wait as long, and what it did would be lost. */
  readonly starvedStartMs: number;
  /** Before the first restart; each further one waits twice as long. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** What ran so long has not crashed in a row. */
  readonly wellAfterMs: number;
  /** From so many in a row on, flows stay paused. */
  readonly crashesUntilSafe: number;
  /** For Node-RED to end by itself. */
  readonly graceMs: number;
}

export const usualTimings: FlowsTimings = {
  lookEveryMs: 250,
  pulseEveryMs: second,
  hungAfterMs: 10 * second,
  starvedAfterMs: 5 * minute,
  startWithinMs: minute,
  starvedStartMs: 5 * minute,
  firstWaitMs: second,
  longestWaitMs: 5 * minute,
  wellAfterMs: 10 * minute,
  crashesUntilSafe: 5,
  graceMs: 3 * second,
};

/** What comes after a crash. */
export interface NextStart {
  readonly crashesInARow: number;
  readonly waitMs: number;
  /** Flows stay paused until somebody has looked at them. */
  readonly isSafe: boolean;
}

export function afterCrash(
  crashesBefore: number,
  ranForMs: number,
  { crashesUntilSafe, firstWaitMs, longestWaitMs, wellAfterMs }: FlowsTimings,
): NextStart {
  const crashesInARow = ranForMs >= wellAfterMs ? 1 : crashesBefore + 1;
  // Beyond that the doubling leaves the numbers that a timer takes.
  const doublings = Math.min(crashesInARow - 1, 20);
  return {
    crashesInARow,
    waitMs: Math.min(firstWaitMs * 2 ** doublings, longestWaitMs),
    isSafe: crashesInARow >= crashesUntilSafe,
  };
}

/** What is known of a process that was asked how it is. */
export interface Silence {
  /** Since it was asked and has not answered. */
  readonly silentMs: number;
  /** Time on the processor meanwhile; null: not known. */
  readonly cpuMs: number | null;
  readonly isStarting: boolean;
}

/** Why it is ended; null: it may go on. */
export function judgeSilence(
  { cpuMs, isStarting, silentMs }: Silence,
  timings: FlowsTimings,
): 'hung' | 'not-started' | null {
  const isComputing = cpuMs === null || cpuMs >= silentMs / 4;
  const [patienceMs, starvedMs] = isStarting
    ? [timings.startWithinMs, timings.starvedStartMs]
    : [timings.hungAfterMs, timings.starvedAfterMs];
  if (silentMs < patienceMs || (!isComputing && silentMs < starvedMs)) return null;
  return isStarting ? 'not-started' : 'hung';
}
