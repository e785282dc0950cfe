import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { createApi } from '#api/server.ts';
import { ApiPlatformOfCore } from '#app/api-platform.ts';
import type { Config } from '#app/config.ts';
import { startCore } from '#app/core.ts';
import { pathsIn } from '#app/directory.ts';
import { followLibrary, seedCategories } from '#app/first-start.ts';
import { flowsOff } from '#app/flows/flows-off.ts';
import { offlineNotify } from '#app/notify/offline-notify.ts';
import { type ClockKind, wallClock } from '#model/clock.ts';
import { openOpsReader } from '#store/ops/open-reader.ts';

export interface OfflinePlatform {
  /** As over HTTP, by the operator. `body` is sent as JSON, or as it is when it is a text. */
  request(
    method: string,
    path: string,
    options?: { readonly body?: unknown; readonly contentType?: string; readonly accept?: string },
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  /** A socket file, for its owner alone, at which the same is served: for answers that are larger than memory. */
  socket(): Promise<string>;
  close(): Promise<void>;
}

/** The platform without listeners, for commands while nothing runs: the same code does the same work on the files. */
export async function openOffline(settings: Config): Promise<OfflinePlatform> {
  const config: Config = { ...settings, clock: lastClock(settings.dataDir) };
  const log = pino({ level: 'error', base: {} }, pino.destination(2));
  await using opened = new AsyncDisposableStack();
  const core = await startCore({
    config,
    log,
    onFailure: (error) => {
      log.fatal({ error: error.message }, 'a thread ended');
      process.exit(1);
    },
  });
  opened.defer(() => core.stop());
  await seedCategories(core, { log });
  await followLibrary(core, { log, newRules: config.newRules });
  const platform = new ApiPlatformOfCore(core, config, {
    ruleFiles: null,
    notify: offlineNotify,
    historyKeeper: null,
    flows: flowsOff(config.flows),
  });
  const api = await createApi({
    platform,
    reader: core.reader,
    configuration: core.configuration,
    wallClock,
    log,
    trustedOperator: true,
  });
  opened.defer(() => api.close());
  const running = opened.move();
  let served: Promise<string> | null = null;
  const serve = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'gridbell-'));
    running.defer(async () => {
      await api.close();
      await rm(folder, { recursive: true, force: true });
    });
    const path = join(folder, 'offline.sock');
    await api.listen({ path });
    return path;
  };
  return {
    socket: () => {
      served ??= serve();
      return served;
    },
    request: async (
      method,
      path,
      { accept = 'application/json', body, contentType = 'application/json' } = {},
    ) => {
      const response = await api.inject({
        method: method as 'GET',
        url: path,
        headers: { accept, ...(body === undefined ? {} : { 'content-type': contentType }) },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const isJson = String(response.headers['content-type']).includes('json');
      return {
        status: response.statusCode,
        body: isJson && response.payload !== '' ? response.json<unknown>() : response.payload,
      };
    },
    close: () => running.disposeAsync(),
  };
}

/**
 * The clock that the directory was last run on: a command that is carried out on the wall clock would make every
 * reading that is still to be replayed a late one. Before the first start: the data clock, on which no time passes.
 */
function lastClock(dataDir: string): ClockKind {
  const path = pathsIn(dataDir).ops;
  if (!existsSync(path)) return 'data';
  const reader = openOpsReader(path);
  try {
    return reader.clock() ?? 'data';
  } finally {
    reader.close();
  }
}
