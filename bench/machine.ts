import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { iso, wallClock } from '#model/clock.ts';

/** What a figure depends on beside the code. */
export interface Machine {
  readonly at: string;
  readonly node: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  /** Of the minute before the run. */
  readonly load: number;
}

export const machine = (): Machine => ({
  at: iso(wallClock.now()),
  node: process.versions.node,
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  load: loadavg()[0] ?? 0,
});

export const machineLine = (of: Machine): string =>
  `${of.cores} cores (${of.processor}), ${of.memoryGiB} GiB, Node ${of.node}, load generator on the same machine; ` +
  `load average before ${of.load.toFixed(2)}; ${of.at}`;
