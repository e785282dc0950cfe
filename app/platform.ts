import { chmodSync, rmSync } from 'node:fs';
import pino from 'pino';
import { ApiContext } from '#api/context.ts';
import { ExportDesk } from '#api/exports/export-desk.ts';
import { Gathering } from '#api/report/gathering.ts';
import { RuleShelf } from '#api/rule-shelf.ts';
import { createApi } from '#api/server.ts';
import { ApiPlatformOfCore } from '#app/api-platform.ts';
import type { Config } from '#app/config.ts';
import { type Core, startCore } from '#app/core.ts';
import { socketAddress } from '#app/directory.ts';
import { followLibrary, makeAdmin, seedCategories } from '#app/first-start.ts';
import { openFlows } from '#app/flows/flows-desk.ts';
import type { FlowsTimings } from '#app/flows/restart-policy.ts';
import { HistoryKeeper } from '#app/history-keeper.ts';
import { HourlyRounds } from '#app/hourly-rounds.ts';
import { type NotifyDesk, openNotify } from '#app/notify/notify-desk.ts';
import { PhotoKeeper } from '#app/photo-keeper.ts';
import { ReportKeeper } from '#app/report-keeper.ts';
import { RuleFiles } from '#app/rule-files/rule-files.ts';
import { SummarySender } from '#app/summaries/summary-sender.ts';
import { SelfWatch } from '#app/watch/self-watch.ts';
import { tellNow } from '#app/watch/tell-now.ts';
import { type Clock, wallClock } from '#model/clock.ts';
import type { Log } from '#model/log.ts';
import { loadLibrary } from '#rules/library/load.ts';

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

/** What no setting allows, for tests. */
export interface PlatformOptions {
  /** What the parts beside the engine take for the time. */
  readonly clock?: Clock;
  /** Messages leave this machine also on the clock of the data. */
  readonly tellsOutsideOnDataClock?: boolean;
  /** How patient flows are looked after. */
  readonly flowsTimings?: Partial<FlowsTimings>;
}

/**
 * Starts everything, sinks first: engine and history, then the API, then the broker that lets devices in. When it
 * serves, one log line says `ready` with the ports.
 */
export async function startPlatform(
  config: Config,
  { clock = wallClock, flowsTimings, tellsOutsideOnDataClock = false }: PlatformOptions = {},
): Promise<Platform> {
  const log = pino({
    level: config.logLevel,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
  // Closed in the opposite order, by a stop and by a start that fails alike.
  await using opened = new AsyncDisposableStack();
  const core = await startCore({
    clock,
    config,
    log,
    onFailure: (error) => {
      // Half a platform would acknowledge what nobody processes: the supervisor starts a whole one.
      log.fatal({ error: error.message }, 'a thread ended; Gridbell stops and has to be started again');
      process.exit(1);
    },
  });
  opened.defer(() => core.stop());
  await seedCategories(core, { log });
  await followLibrary(core, { log, newRules: config.newRules });
  const ruleFiles = await followRuleFiles(core, { config, log, opened });
  const outside = config.clock === 'system' || tellsOutsideOnDataClock;
  const notify = openNotify({ core, config, log, outside });
  opened.defer(() => notify.stop());
  // On the data clock, which is for replays and tests, everything is kept.
  const historyKeeper =
    config.clock === 'data' ? null : new HistoryKeeper({ core, retention: config.retention, log });
  const flows = openFlows({ core, config, log, timings: flowsTimings });
  const platform = new ApiPlatformOfCore(core, config, {
    ruleFiles,
    notify: notify.api,
    historyKeeper,
    flows: flows.api,
  });
  opened.defer(() => platform.stop());
  const photoKeeper = new PhotoKeeper({ core, photos: platform.photos, keepDays: config.photoDays, log });
  lookHourly(photoKeeper, opened);
  if (historyKeeper) lookHourly(historyKeeper, opened);
  const reportKeeper = new ReportKeeper({ core, keepDays: config.reportDays, log });
  lookHourly(reportKeeper, opened);
  const { emergencyNumber, publicIndicators, residents } = config;
  const { configuration, reader } = core;
  const options = { publicIndicators, residents, emergencyNumber };
  const exports = new ExportDesk(wallClock);
  const shared = { platform, reader, configuration, wallClock, log, exports, ...options };
  await serveOperator(await createApi({ ...shared, trustedOperator: true }), config.dataDir, opened);
  const api = await createApi({
    ...shared,
    trustedOperator: false,
    trustProxy: config.trustedProxies.length > 0 && [...config.trustedProxies],
  });
  opened.defer(() => closeApi(api));
  await api.listen({ host: config.host, port: config.http.port });
  const brokerPorts = await core.listen();
  // Only now: a start that fails for want of a port must not have told a password that nobody saw.
  await makeAdmin(core, {
    password: config.adminPassword,
    log,
    print: (line) => process.stderr.write(`${line}\n`),
  });
  await platform.start(brokerPorts);
  notify.start(platform.metrics);
  if (config.clock === 'system') {
    const context = new ApiContext({ platform, reader, configuration, wallClock });
    const summaries = new SummarySender({
      context,
      gathering: new Gathering(context),
      shelf: new RuleShelf(context),
      toldUntil: (series, person) => reader.toldUntil(series, person),
      announce: (bulletin) => notify.api.announce([bulletin]),
      at: config.summariesAt,
      log,
    });
    opened.defer(() => summaries.stop());
    summaries.start();
  }
  watchOver({ config, core, log, notify, platform }, opened);
  const url = urlOf(config.host, portOf(api) ?? config.http.port);
  opened.defer(() => flows.stop());
  // Last, since they are clients of all the rest; and ended first.
  flows.start(url, platform.metrics);
  const ports: Ports = { http: portOf(api) ?? config.http.port, ...brokerPorts };
  if (config.clock === 'data')
    log.warn({}, 'the clock is that of the data: for replays and tests, not for a community');
  log.info({ ...ports, clock: config.clock, dataDir: config.dataDir }, 'ready');
  const running = opened.move();
  return { ports, stop: () => running.disposeAsync() };
}

function lookHourly(keeper: { readonly look: () => Promise<void> }, opened: AsyncDisposableStack): void {
  const rounds = new HourlyRounds({ look: () => keeper.look() });
  opened.defer(() => rounds.stop());
}

interface Watched {
  readonly config: Config;
  readonly core: Core;
  readonly log: Log;
  readonly notify: NotifyDesk;
  readonly platform: ApiPlatformOfCore;
}

/** On the data clock nothing leaves this machine, and nobody is waiting for it. */
function watchOver({ config, core, log, notify, platform }: Watched, opened: AsyncDisposableStack): void {
  if (config.clock === 'data') return;
  const watch = new SelfWatch({
    heartbeat: config.heartbeat,
    dataDir: config.dataDir,
    reserveBytes: config.diskReserveBytes,
    health: () => platform.health(),
    sight: () => platform.sight,
    brokenChannels: () => notify.api.standing().filter(({ isBroken }) => isBroken),
    people: () =>
      [...core.configuration.current().people()]
        .filter(({ role }) => role === 'admin' || role === 'property-manager')
        .map(({ id }) => id),
    tell: tellNow(notify.api),
    request: notify.request,
    log,
  });
  opened.defer(() => watch.stop());
  watch.start();
}

/** The rules directory, where there is one; rules of one that was there before stay, and are anybody's to edit. */
async function followRuleFiles(
  core: Core,
  { config, log, opened }: { config: Config; log: Log; opened: AsyncDisposableStack },
): Promise<RuleFiles | null> {
  if (config.rulesDir === null) return null;
  const library = new Map(loadLibrary().map(({ id, source }) => [id, source]));
  const ruleFiles = new RuleFiles({ directory: config.rulesDir, core, library, log });
  opened.defer(() => ruleFiles.stop());
  await ruleFiles.start();
  return ruleFiles;
}

type Api = Awaited<ReturnType<typeof createApi>>;

/** The socket in the data directory: whoever may open it is the operator. */
async function serveOperator(api: Api, dataDir: string, opened: AsyncDisposableStack): Promise<void> {
  const socket = socketAddress(dataDir);
  opened.defer(() => {
    rmSync(socket.path, { force: true });
    socket[Symbol.dispose]();
  });
  opened.defer(() => closeApi(api));
  // Left behind by a process that was killed; the directory's lock says that nobody has it.
  rmSync(socket.path, { force: true });
  await api.listen({ path: socket.path });
  chmodSync(socket.path, 0o600);
}

/** By which this machine reaches the API; who listens on all addresses listens on its own, too. */
function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (host === '::') return `http://[::1]:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function portOf(api: Api): number | null {
  const address = api.server.address();
  return typeof address === 'object' && address !== null ? address.port : null;
}

/** Requests under way get this long to be answered when the platform stops. */
const graceMs = 1_000;

/** A client that keeps its connection and does not read would hold the stop up for ever. */
async function closeApi(api: Api): Promise<void> {
  const cut = setTimeout(() => api.server.closeAllConnections(), graceMs);
  await api.close();
  clearTimeout(cut);
}
