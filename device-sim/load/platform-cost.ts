import type { PlatformCost } from './load-run.ts';
import type { PlatformFigures } from './platform-figures.ts';

/** One scrape of `/metrics`, and when. */
export interface TimedFigures {
  readonly figures: PlatformFigures;
  /** On the stopwatch. */
  readonly atMs: number;
}

const mebibyte = 1_048_576;

/** Between two scrapes of one platform. */
export function costOf(from: TimedFigures, to: TimedFigures): PlatformCost {
  const lengthS = Math.max(1e-3, (to.atMs - from.atMs) / 1_000);
  const cpuName = 'process_cpu_seconds_total';
  const memory = to.figures.get('process_resident_memory_bytes');
  const busyName = 'gridbell_thread_busy_seconds_total';
  const before = from.figures.byLabel(busyName);
  return {
    cpu: to.figures.has(cpuName) ? (to.figures.get(cpuName) - from.figures.get(cpuName)) / lengthS : null,
    memoryMiB: memory === 0 ? null : memory / mebibyte,
    busy: Object.fromEntries(
      Object.entries(to.figures.byLabel(busyName)).map(([thread, busyS]) => [
        thread,
        (busyS - (before[thread] ?? 0)) / lengthS,
      ]),
    ),
  };
}
