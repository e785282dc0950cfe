import type { PlatformCost } from '#device-sim/load/load-run.ts';
import type { PlatformFigures } from '#device-sim/load/platform-figures.ts';

/** One scrape of `/metrics`, and when. */
export interface TimedFigures {
  readonly figures: PlatformFigures;
  /** On the stopwatch. */
  readonly atMs: number;
}

const mebibyte = 1_048_576;

/** Whether each thread has answered for it: what is told of one that has not is old. */
export const isFresh = ({ figures }: TimedFigures): boolean =>
  Object.values(figures.byLabel('gridbell_thread_up')).every((up) => up === 1);

/** Whether what was in the inbox at one scrape is processed and in history at another. */
export function isThrough(from: TimedFigures, now: TimedFigures): boolean {
  const { figures } = now;
  const position = 'gridbell_inbox_position';
  const processed = figures.get(position) - figures.get('gridbell_engine_lag_records');
  const oldestMs = figures.get('gridbell_history_lag_seconds') * 1_000;
  return isFresh(now) && processed >= from.figures.get(position) && oldestMs < now.atMs - from.atMs;
}

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
