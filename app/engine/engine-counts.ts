import { WorkCounts } from '#app/engine/work-counts.ts';
import { Durations } from '#model/counting.ts';

/** What the engine's thread counts since its start, whatever becomes of the engine in it. */
export class EngineCounts {
  readonly work = new WorkCounts();
  readonly commits = new Durations();
  readonly snapshots = new Durations();
  snapshotBytes = 0;
  /** Engines that were built from what is durable; the first is that of the start. */
  built = 0;
}
