import { existsSync } from 'node:fs';
import type { Config } from '#app/config.ts';
import { pathsIn } from '#app/directory.ts';
import { Placements } from '#app/history/placements.ts';
import { GridbellError } from '#model/errors.ts';
import type { Copyable } from '#store/history/copy/copy-end.ts';
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
  return await copyHistory({ source: source.copyEnd(), target: target.copyEnd() }, progress);
}

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
