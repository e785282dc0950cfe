import { chmodSync, rmSync } from 'node:fs';
import pino from 'pino';
import { createApi } from '#api/server.ts';
import { ApiPlatformOfCore } from '#app/api-platform.ts';
import type { Config } from '#app/config.ts';
import { startCore } from '#app/core.ts';
import { socketAddress } from '#app/directory.ts';
import { installLibrary, makeAdmin } from '#app/first-start.ts';
import { wallClock } from '#model/clock.ts';

export interface Ports {
  readonly http: number;
  readonly mqtt: number;
  readonly mqttWs: number;
  readonly mqtts: number | null;
}

export interface Platform {
  readonly ports: Ports;
  /** In order; resolves when everything is closed. */
  stop(): Promise<void>;
}

/**
 * Starts everything, sinks first: engine and history, then the API, then the broker that lets devices in. When it
 * serves, one log line says `ready` with the ports.
 */
export async function startPlatform(config: Config): Promise<Platform> {
  const log = pino({
    level: config.logLevel,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
  const core = await startCore({
    config,
    log,
    onFailure: (error) => {
      // Half a platform would acknowledge what nobody processes: the supervisor starts a whole one.
      log.fatal({ error: error.message }, 'a thread ended; Gridbell stops and has to be started again');
      process.exit(1);
    },
  });
  try {
    await installLibrary(core, log);
    const platform = new ApiPlatformOfCore(core, config);
    const shared = { platform, reader: core.reader, configuration: core.configuration, wallClock, log };
    const api = await createApi({ ...shared, trustedOperator: false });
    const operatorApi = await createApi({ ...shared, trustedOperator: true });
    const socket = socketAddress(config.dataDir);
    const stop = async (): Promise<void> => {
      platform.stop();
      await Promise.all([closeApi(api), closeApi(operatorApi)]);
      rmSync(socket.path, { force: true });
      socket[Symbol.dispose]();
      await core.stop();
    };
    rmSync(socket.path, { force: true });
    await operatorApi.listen({ path: socket.path });
    chmodSync(socket.path, 0o600);
    await api.listen({ host: config.host, port: config.http.port });
    const brokerPorts = await core.listen();
    // Only now: a start that fails for want of a port must not have told a password that nobody saw.
    await makeAdmin(core, {
      password: config.adminPassword,
      log,
      print: (line) => process.stderr.write(`${line}\n`),
    });
    await platform.start(brokerPorts);
    const address = api.server.address();
    const http = typeof address === 'object' && address !== null ? address.port : config.http.port;
    const ports: Ports = { http, ...brokerPorts };
    if (config.clock === 'data')
      log.warn({}, 'the clock is that of the data: for replays and tests, not for a community');
    log.info({ ...ports, clock: config.clock, dataDir: config.dataDir }, 'ready');
    return { ports, stop };
  } catch (error) {
    await core.stop().catch(() => undefined);
    throw error;
  }
}

/** Requests under way get this long to be answered when the platform stops. */
const graceMs = 1_000;

/** A client that keeps its connection and does not read would hold the stop up for ever. */
async function closeApi(api: Awaited<ReturnType<typeof createApi>>): Promise<void> {
  const cut = setTimeout(() => api.server.closeAllConnections(), graceMs);
  await api.close();
  clearTimeout(cut);
}
