import { randomUUID } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import { ConfigurationCache } from '#api/configuration-cache.ts';
import { BacktestDesk } from '#app/backtest/backtest-desk.ts';
import type { BrokerThreadData } from '#app/broker-thread.ts';
import type { Config } from '#app/config.ts';
import { type DataDirectory, openDataDirectory } from '#app/directory.ts';
import type { EngineThreadData } from '#app/engine-thread.ts';
import type { HistoryThreadData } from '#app/history-thread.ts';
import { LiveFeed } from '#app/live-feed.ts';
import { Lookout } from '#app/lookout/lookout.ts';
import { withinOpenFiles } from '#app/open-files.ts';
import { PendingOutcomes } from '#app/pending-outcomes.ts';
import { Crew } from '#app/threads/crew.ts';
import type { Peer } from '#app/threads/peer.ts';
import type { BrokerOffers, BrokerPorts, EngineOffers, HistoryOffers } from '#app/threads/protocol.ts';
import { type EpochMs, epochMs, type Position } from '#model/brand.ts';
import { type Clock, wallClock } from '#model/clock.ts';
import type { Command } from '#model/command.ts';
import type { Log } from '#model/log.ts';
import type { Actor } from '#model/record.ts';
import { openOpsReader } from '#store/ops/open-reader.ts';
import type { OpsReader } from '#store/ops/reader.ts';

/** How long a command may take until its outcome is known. */
const commandTimeoutMs = 30_000;

/**
 * The platform without anything that listens: data directory, inbox, engine, history. What the ports, the API and the
 * command line without a running platform are put upon.
 */
export interface Core {
  readonly directory: DataDirectory;
  readonly reader: OpsReader;
  /** Whoever changes the configuration otherwise than by the API invalidates it. */
  readonly configuration: ConfigurationCache;
  readonly feed: LiveFeed;
  readonly broker: Peer<BrokerOffers>;
  readonly engine: Peer<EngineOffers>;
  readonly history: Peer<HistoryOffers>;
  /** Tries rules over the past. */
  readonly backtests: BacktestDesk;
  /** Asks the threads how they are. */
  readonly lookout: Lookout;
  /** The engine's now on the data clock, the wall clock's otherwise. */
  now(): EpochMs;
  /** Resolves when the command's effects are committed; rejects with the reason against it. */
  execute(actor: Actor, command: Command): Promise<unknown>;
  /** Takes devices' messages from here on. */
  listen(): Promise<BrokerPorts>;
  /** In order: no more messages, all that is acknowledged applied and snapshotted, everything closed. */
  stop(): Promise<void>;
}

export interface CoreOptions {
  readonly config: Config;
  readonly log: Log;
  /** A thread ended by a fault: nothing goes on without it. */
  readonly onFailure: (error: Error) => void;
  /** What `now` is on the system clock; default: the wall clock. */
  readonly clock?: Clock;
}

/** Rejects, with everything closed again, when one of the parts cannot be had. */
export async function startCore({ clock = wallClock, config, log, onFailure }: CoreOptions): Promise<Core> {
  // Readings of people's health lie there, also in a directory that was made before and is open to all.
  process.umask(0o077);
  const directory = openDataDirectory(config.dataDir);
  const outcomes = new PendingOutcomes(commandTimeoutMs);
  let feed: LiveFeed | undefined;
  let configuration: ConfigurationCache | undefined;
  const crew = new Crew({
    log,
    onFailure,
    listener: {
      outcomes: (list) => outcomes.settle(list),
      events: (events) => feed?.events(events),
      readings: (readings) => feed?.readings(readings),
      fed: () => feed?.fed(),
      foundDevices: () => configuration?.invalidate(),
    },
  });
  try {
    const sharedNow = new Float64Array(new SharedArrayBuffer(8));
    const threads = await startThreads(crew, { config, directory, sharedNow });
    const reader = openOpsReader(directory.paths.ops, { quarantineKey: directory.keys.quarantine });
    const cache = new ConfigurationCache(reader);
    configuration = cache;
    feed = new LiveFeed({
      configuration: cache,
      wantReadings: (wanted) => threads.engine.tell('wantReadings', wanted),
      log,
    });
    const now = (): EpochMs =>
      config.clock === 'data' && sharedNow[0] ? epochMs(sharedNow[0]) : clock.now();
    const backtests = new BacktestDesk({ history: threads.history, ops: directory.paths.ops });
    crew.isComplete();
    return {
      ...threads,
      backtests,
      directory,
      reader,
      configuration: cache,
      feed,
      lookout: new Lookout({ threads, reader, now, busyMs: () => crew.busyMs() }),
      now,
      execute: async (actor, command) => {
        const id = randomUUID();
        const outcome = outcomes.expect(id);
        threads.broker
          .call('append', { type: 'command', at: wallClock.now(), id, actor, command })
          .catch((error: Error) => outcomes.abandon(id, error));
        return await outcome;
      },
      listen: () => threads.broker.call('listen', null),
      stop: async () => {
        crew.isStopping();
        await backtests.stop();
        await stopThreads(threads);
        await crew.ended();
        reader.close();
        directory[Symbol.dispose]();
      },
    };
  } catch (error) {
    await crew.terminate();
    directory[Symbol.dispose]();
    throw error;
  }
}

interface Threads {
  readonly broker: Peer<BrokerOffers>;
  readonly engine: Peer<EngineOffers>;
  readonly history: Peer<HistoryOffers>;
}

/** The broker's first, since it has the inbox; it does not listen yet. */
async function startThreads(
  crew: Crew,
  parts: { readonly config: Config; readonly directory: DataDirectory; readonly sharedNow: Float64Array },
): Promise<Threads> {
  const { config, directory, sharedNow } = parts;
  const { keys, paths } = directory;
  const brokerToEngine = new MessageChannel();
  const engineToHistory = new MessageChannel();
  const brokerData: BrokerThreadData = {
    engine: brokerToEngine.port1,
    inbox: paths.inbox,
    segmentBytes: config.inboxSegmentBytes,
    reserveBytes: config.diskReserveBytes,
    after: knownPosition(paths.ops),
    ops: paths.ops,
    keys: { inbox: keys.inbox, deviceToken: keys.deviceToken },
    clock: config.clock,
    limits: withinOpenFiles(config.mqttLimits),
    listen: {
      host: config.host,
      mqttPort: config.mqtt.port,
      wsPort: config.mqtt.wsPort,
      tls: config.mqtt.tls,
    },
  };
  const engineData: EngineThreadData = {
    broker: brokerToEngine.port2,
    history: engineToHistory.port1,
    inbox: paths.inbox,
    ops: paths.ops,
    reserveBytes: config.diskReserveBytes,
    outboxBytes: config.historyOutboxBytes,
    keys,
    clock: config.clock,
    retention: config.retention,
    sharedNow,
  };
  const historyData: HistoryThreadData = {
    engine: engineToHistory.port2,
    target: config.history,
    path: paths.history,
    ops: paths.ops,
    memoryLimit: config.historyMemory,
    reserveBytes: config.diskReserveBytes,
    // What is kept waits for nothing: most of the room is for what does.
    keptBytes: Math.min(config.historyKeptBytes, config.historyOutboxBytes / 4),
    sortEveryMs: config.historySortEveryMs,
  };
  return {
    broker: await crew.start<BrokerOffers>('broker', brokerData, [brokerToEngine.port1]),
    engine: await crew.start<EngineOffers>('engine', engineData, [
      brokerToEngine.port2,
      engineToHistory.port1,
    ]),
    history: await crew.start<HistoryOffers>('history', historyData, [engineToHistory.port2]),
  };
}

/** Sources first: what is acknowledged is applied and snapshotted before anything behind is closed. */
async function stopThreads({ broker, engine, history }: Threads): Promise<void> {
  await broker.call('quiet', null);
  const last = await broker.call('stop', null);
  await engine.call('drain', last);
  await engine.call('stop', null);
  await history.call('stop', null);
  await broker.call('end', null);
}

/** What the ops store has seen of the inbox; null when there is none yet, or one that the engine has to bring up to date. */
function knownPosition(ops: string): Position | null {
  try {
    const reader = openOpsReader(ops);
    try {
      return reader.position();
    } finally {
      reader.close();
    }
  } catch {
    return null;
  }
}
