import { existsSync } from 'node:fs';
import { targetName } from '#app/config/history-settings.ts';
import type { Config } from '#app/config.ts';
import { pathsIn } from '#app/directory.ts';
import { handoverIn } from '#app/history/handover.ts';
import { Placements } from '#app/history/placements.ts';
import type { EpochMs, Position } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import type { HistoryErasure } from '#model/history-erasure.ts';
import type { Copyable, CopyEnd } from '#store/history/copy/copy-end.ts';
import { type CopyProgress, type CopyReport, copyHistory } from '#store/history/copy/copy-history.ts';
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import { openInfluxHistory } from '#store/history/influxdb/influxdb-history.ts';
import { OutboxReader } from '#store/ops/outbox-reader.ts';

export const engines = ['duckdb', 'influxdb'] as const;
export type Engine = (typeof engines)[number];

/**
 * Copies the history of a data directory between its file and the InfluxDB of the settings. The platform may run meanwhile when it has
 * the file not open. Throws GridbellError `not-ready` when an engine does not answer or another process has the file.
 */
export async function copyBetween(
  config: Config,
  { from, to }: { readonly from: Engine; readonly to: Engine },
  progress: (now: CopyProgress) => void,
): Promise<CopyReport> {
  const paths = pathsIn(config.dataDir);
  if (from === 'duckdb' && !existsSync(paths.history))
    throw new GridbellError('not-found', `there is no ${paths.history}`);
  await using opened = new AsyncDisposableStack();
  const outbox = existsSync(paths.ops) ? OutboxReader.open(paths.ops) : null;
  opened.defer(() => outbox?.close());
  const open = async (engine: Engine): Promise<Copyable> => {
    const history = await openEngine(config, engine, outbox);
    opened.defer(() => history.close());
    return history;
  };
  const source = await open(from);
  const target = await open(to);
  const kept = outbox && from === 'influxdb' ? handoverIn(outbox.handover(targetName(config.history))) : null;
  const end = sourceEnd(source.copyEnd(), {
    surelyUpTo: kept?.released ?? null,
    erasures: () => outbox?.erasures() ?? [],
  });
  return await copyHistory({ source: end, target: target.copyEnd() }, progress);
}

interface SourceCare {
  /** What comes behind it may be lost there, and is kept in the ops store; null: all of it is sure. */
  readonly surelyUpTo: Position | null;
  readonly erasures: () => readonly HistoryErasure[];
}

/** The source, without what was erased since it was the engine in use: a copy must not bring it back. */
function sourceEnd(end: CopyEnd, { erasures, surelyUpTo }: SourceCare): CopyEnd {
  const erasedAt = (): ReadonlyMap<string, EpochMs> =>
    new Map(erasures().map(({ at, subject }) => [subject, at]));
  return {
    position: async () => {
      const reached = await end.position();
      return surelyUpTo !== null && surelyUpTo < reached ? surelyUpTo : reached;
    },
    days: () => end.days(),
    counts: (day) => end.counts(day),
    readings: async (part) => {
      const gone = erasedAt();
      const readings = await end.readings(part);
      return readings.filter(({ device, receivedAt }) => !isGone(gone.get(device), receivedAt));
    },
    context: async (day) => {
      const gone = erasedAt();
      const changes = await end.context(day);
      return changes.filter(({ at, subject }) => !isGone(gone.get(subject), at));
    },
    put: (readings) => end.put(readings),
    putContext: (changes, places) => end.putContext(changes, places),
    copied: () => end.copied(),
    keepCopied: (day, version) => end.keepCopied(day, version),
    reach: (reached) => end.reach(reached),
  };
}

const isGone = (erasedAt: EpochMs | undefined, at: EpochMs): boolean =>
  erasedAt !== undefined && at <= erasedAt;

function openEngine(config: Config, engine: Engine, outbox: OutboxReader | null): Promise<Copyable> {
  if (engine === 'duckdb')
    return openDuckDbHistory({
      path: pathsIn(config.dataDir).history,
      memoryLimit: config.historyMemory,
      timezone: () => outbox?.timezone(),
    });
  if (config.history.kind !== 'influxdb') throw new Error('the settings name no InfluxDB');
  const placements = outbox ? new Placements(outbox) : null;
  return openInfluxHistory({ ...config.history, placement: (device) => placements?.of(device) });
}
