import pino from 'pino';
import { ApiPlatformOfCore } from '#app/api-platform.ts';
import type { Config } from '#app/config.ts';
import { startCore } from '#app/core.ts';
import { prepareFirstStart } from '#app/first-start.ts';
import { createApi } from '#api/server.ts';
import { wallClock } from '#model/clock.ts';

export interface OfflinePlatform {
  /** As over HTTP, by the operator. `body` is sent as JSON, or as it is when it is a text. */
  request(
    method: string,
    path: string,
    options?: { readonly body?: unknown; readonly contentType?: string; readonly accept?: string },
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  close(): Promise<void>;
}

/** The platform without listeners, for commands while nothing runs: the same code does the same work on the files. */
export async function openOffline(config: Config): Promise<OfflinePlatform> {
  const log = pino({ level: 'error', base: {} }, pino.destination(2));
  const core = await startCore({
    config,
    log,
    onFailure: (error) => {
      log.fatal({ error: error.message }, 'a thread ended');
      process.exit(1);
    },
  });
  await prepareFirstStart(core, { adminPassword: config.adminPassword, log, print: (line) => process.stderr.write(`${line}\n`) });
  const platform = new ApiPlatformOfCore(core, config);
  const api = await createApi({ platform, reader: core.reader, configuration: core.configuration, wallClock, log, trustedOperator: true });
  return {
    request: async (method, path, { accept = 'application/json', body, contentType = 'application/json' } = {}) => {
      const response = await api.inject({
        method: method as 'GET',
        url: path,
        headers: { accept, ...(body === undefined ? {} : { 'content-type': contentType }) },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const isJson = String(response.headers['content-type']).includes('json');
      return { status: response.statusCode, body: isJson && response.payload !== '' ? response.json<unknown>() : response.payload };
    },
    close: async () => {
      await api.close();
      await core.stop();
    },
  };
}
