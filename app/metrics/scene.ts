import type { Lookout, Sight } from '#app/lookout/lookout.ts';
import { ThreadMonitor, type ThreadVitals } from '#app/threads/thread-vitals.ts';
import type { EpochMs } from '#model/brand.ts';
import type { Counts } from '#store/ops/count-rows.ts';
import type { OpsReader } from '#store/ops/reader.ts';

/** What the metrics are read from: one look, however many metrics there are. */
export interface Scene {
  readonly sight: Sight;
  readonly main: ThreadVitals;
  /** How things stand in the ops store; null: it cannot be read. */
  readonly counts: Counts | null;
}

export interface SceneParts {
  readonly lookout: Pick<Lookout, 'look'>;
  readonly reader: Pick<OpsReader, 'counts'>;
  readonly now: () => EpochMs;
}

/** A thread that takes longer is stuck; who scrapes does not wait for it. */
const answerWithinMs = 1_000;

/** Looks, and lets all who ask meanwhile have the same. */
export function createLook({ lookout, now, reader }: SceneParts): () => Promise<Scene> {
  const monitor = new ThreadMonitor();
  let looking: Promise<Scene> | null = null;
  async function look(): Promise<Scene> {
    const sight = await lookout.look(answerWithinMs);
    return { sight, main: monitor.vitals, counts: countsOf(reader, now()) };
  }
  return () => {
    looking ??= look().finally(() => {
      looking = null;
    });
    return looking;
  };
}

function countsOf(reader: Pick<OpsReader, 'counts'>, now: EpochMs): Counts | null {
  try {
    return reader.counts(now);
  } catch {
    return null;
  }
}
