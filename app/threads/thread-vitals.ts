import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { stopwatch } from '#model/clock.ts';

/** What a thread tells of itself. */
export interface ThreadVitals {
  readonly heapUsedBytes: number;
  /** Beyond it the thread ends, and with it the process. */
  readonly heapLimitBytes: number;
  /** The longest time in the last minute or so in which its event loop did nothing else. */
  readonly loopDelayMs: number;
}

const resolutionMs = 20;
const windowMs = 30_000;

/** Measures the thread that it is made in. */
export class ThreadMonitor {
  readonly #delays = monitorEventLoopDelay({ resolution: resolutionMs });
  #since = stopwatch();
  #before = 0;

  constructor() {
    this.#delays.enable();
  }

  /** Whoever asks, and however often, the worst of the last 30 to 60 s is in it. */
  get vitals(): ThreadVitals {
    const { heap_size_limit: heapLimitBytes, used_heap_size: heapUsedBytes } = getHeapStatistics();
    // Each value is the time between two looks, which are 20 ms apart when nothing is in the way.
    const current = this.#delays.count === 0 ? 0 : Math.max(0, this.#delays.max / 1e6 - resolutionMs);
    const loopDelayMs = Math.max(current, this.#before);
    if (stopwatch() - this.#since > windowMs) {
      this.#before = current;
      this.#since = stopwatch();
      this.#delays.reset();
    }
    return { heapUsedBytes, heapLimitBytes, loopDelayMs };
  }
}
