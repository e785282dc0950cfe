import { setTimeout as delay } from 'node:timers/promises';
import { type EpochMs, plus } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';

/** When a message goes out and what time it carries. */
export interface Pace {
  /** Waits until it is the turn of a message of that recorded time, and answers the time to send. */
  next(recordedAt: EpochMs): Promise<EpochMs>;
}

export interface PaceOptions {
  /** `recorded`: the recording's own steps; `max`: as fast as it is acknowledged. */
  readonly speed: 'recorded' | 'max';
  /** At most so many messages a second; absent: no limit. */
  readonly rate?: number;
  /** Where the recording's first time is moved to; absent: times stay. */
  readonly shiftTo?: EpochMs;
  /** For tests; default: real. */
  readonly elapsed?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

export function newPace({ speed, rate, shiftTo, elapsed = stopwatch, wait = delay }: PaceOptions): Pace {
  let first: EpochMs | undefined;
  let startedAt = 0;
  let sent = 0;
  return {
    async next(recordedAt) {
      if (first === undefined) {
        first = recordedAt;
        startedAt = elapsed();
      }
      const byRecording = speed === 'recorded' ? recordedAt - first : 0;
      const byRate = rate === undefined ? 0 : (sent * 1_000) / rate;
      const dueIn = Math.max(byRecording, byRate) - (elapsed() - startedAt);
      if (dueIn > 0) await wait(dueIn);
      sent += 1;
      return shiftTo === undefined ? recordedAt : plus(recordedAt, shiftTo - first);
    },
  };
}
