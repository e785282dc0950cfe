import { setTimeout as delay } from 'node:timers/promises';
import { type EpochMs, plus } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';

/** When a message goes out and what time it carries. */
export interface Pace {
  /** Waits until it is the turn of a message of that time, and answers the time to send. */
  next(at: EpochMs): Promise<EpochMs>;
}

export interface PaceOptions {
  /** `recorded`: the steps of the times, divided by `faster`; `max`: as fast as it is acknowledged. */
  readonly speed: 'recorded' | 'max';
  /** Default 1. */
  readonly faster?: number;
  /** At most so many messages a second; absent: no limit. */
  readonly rate?: number;
  /** Where the first time is moved to; absent: times stay. */
  readonly shiftTo?: EpochMs;
  /** Ends a wait: `next` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** For tests; default: real. */
  readonly elapsed?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** The first time that `next` is asked for is now. */
export function newPace(options: PaceOptions): Pace {
  const { elapsed = stopwatch, faster = 1, rate, shiftTo, signal, speed } = options;
  const wait = options.wait ?? ((ms: number) => delay(ms, undefined, signal === undefined ? {} : { signal }));
  let first: EpochMs | undefined;
  let startedAt = 0;
  let sent = 0;
  return {
    async next(at) {
      if (first === undefined) {
        first = at;
        startedAt = elapsed();
      }
      const byRecording = speed === 'recorded' ? (at - first) / faster : 0;
      const byRate = rate === undefined ? 0 : (sent * 1_000) / rate;
      const dueIn = Math.max(byRecording, byRate) - (elapsed() - startedAt);
      if (dueIn > 0) await wait(dueIn);
      sent += 1;
      return shiftTo === undefined ? at : plus(at, shiftTo - first);
    },
  };
}
