import type { HistoryCare } from '#api/ports.ts';
import type { Config } from '#app/config.ts';
import type { HistoryKeeper } from '#app/history-keeper.ts';
import type { Sight } from '#app/lookout/lookout.ts';
import { freeSpace, waterMark } from '#broker/inbox/free-space.ts';

/** History stops at so many times the inbox's mark (app/history/room.ts). */
const stopsAt = 2;

/** How history is looked after, as far as the last look at the threads told. */
export function historyCareOf(
  sight: Sight | null,
  { config, keeper }: { readonly config: Config; readonly keeper: Pick<HistoryKeeper, 'last'> | null },
): HistoryCare {
  const takeOver = sight?.history.last?.takeOver;
  const { kind } = config.history;
  return {
    engine: kind,
    behind: sight?.queue ? { records: sight.queue.lagRecords, oldestMs: sight.queue.oldestMs } : null,
    rejected: takeOver?.rejected ?? 0,
    trouble: takeOver?.waiting ?? takeOver?.failure ?? null,
    outbox: outboxOf(sight),
    wentBack: sight?.history.last?.handover?.wentBack ?? null,
    // What is elsewhere has a disk of its own.
    disk: kind === 'duckdb' ? diskOf(config) : null,
    lastRetention: keeper?.last ?? null,
  };
}

function outboxOf(sight: Sight | null): HistoryCare['outbox'] {
  const outbox = sight?.engine.last?.outbox;
  if (!outbox) return null;
  // The two threads answered one after the other.
  const keptBytes = Math.min(outbox.bytes, sight.history.last?.handover?.keptBytes ?? 0);
  return { waitingBytes: outbox.bytes - keptBytes, keptBytes, mostBytes: outbox.mostBytes };
}

function diskOf({ dataDir, diskReserveBytes }: Config): HistoryCare['disk'] {
  try {
    const space = freeSpace(dataDir);
    return { ...space, reserveBytes: waterMark(space, diskReserveBytes) * stopsAt };
  } catch {
    // A disk that does not answer is said by /health/ready.
    return null;
  }
}
