import { randomUUID } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import { ConfigurationCache } from '#api/configuration-cache.ts';
import type { BrokerThreadData } from '#app/broker-thread.ts';
import type { Config } from '#app/config.ts';
import { type DataDirectory, openDataDirectory } from '#app/directory.ts';
import type { CommandOutcome } from '#app/engine/effects.ts';
import type { EngineThreadData } from '#app/engine-thread.ts';
import type { HistoryThreadData } from '#app/history-thread.ts';
import { LiveFeed } from '#app/live-feed.ts';
import { PendingOutcomes } from '#app/pending-outcomes.ts';
import { Peer } from '#app/threads/peer.ts';
import type {
  BrokerOffers,
  BrokerPorts,
  EngineOffers,
  HistoryOffers,
  MainOffers,
} from '#app/threads/protocol.ts';
import { type LogLine, startThread } from '#app/threads/thread.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { wallClock } from '#model/clock.ts';
import type { Command } from '#model/command.ts';
import type { Log } from '#model/log.ts';
import type { Actor } from '#model/record.ts';
import { openOpsReader } from '#store/ops/database.ts';
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
}

export async function startCore({ config, log, onFailure }: CoreOptions): Promise<Core> {
  const directory = openDataDirectory(config.dataDir);
  try {
    return await startThreads(directory, config, log, onFailure);
  } catch (error) {
    directory[Symbol.dispose]();
    throw error;
  }
}

async function startThreads(
  directory: DataDirectory,
  config: Config,
  log: Log,
  onFailure: (error: Error) => void,
): Promise<Core> {
  const { keys, paths } = directory;
  const brokerToEngine = new MessageChannel();
  const engineToHistory = new MessageChannel();
  const sharedNow = new Float64Array(new SharedArrayBuffer(8));
  const outcomes = new PendingOutcomes(commandTimeoutMs);
  let stopping = false;
  let feed: LiveFeed | undefined;

  const start = async <Offers extends Record<string, (input: never) => unknown>>(
    name: string,
    data: BrokerThreadData | EngineThreadData | HistoryThreadData,
    transfer: readonly import('node:worker_threads').MessagePort[],
  ): Promise<{ peer: Peer<Offers>; exited: Promise<void> }> => {
    let peer: Peer<Offers> | undefined;
    const ended = Promise.withResolvers<void>();
    await new Promise<void>((resolve, reject) => {
      const worker = startThread({
        entry: new URL(`./${name}-thread.ts`, import.meta.url),
        name,
        data,
        transfer,
        onFailure: (error) => {
          reject(error);
          if (!stopping) onFailure(error);
        },
      });
      worker.on('exit', (code) => {
        ended.resolve();
        if (stopping) return;
        const error = new Error(`the ${name} thread ended with code ${code}`);
        reject(error);
        onFailure(error);
      });
      peer = new Peer<Offers>(worker, {
        log: ({ fields, level, message }: LogLine) => log[level]({ thread: name, ...fields }, message),
        ready: () => resolve(),
        outcomes: (list: readonly CommandOutcome[]) => outcomes.settle(list),
        events: (events: Parameters<MainOffers['events']>[0]) => feed?.events(events),
        readings: (readings: Parameters<MainOffers['readings']>[0]) => feed?.readings(readings),
        commandReplies: () => undefined,
      } satisfies MainOffers);
    });
    if (!peer) throw new Error('unreachable');
    return { peer, exited: ended.promise };
  };

  const { peer: broker, exited: brokerExited } = await start<BrokerOffers>(
    'broker',
    {
      engine: brokerToEngine.port1,
      inbox: paths.inbox,
      segmentBytes: config.inboxSegmentBytes,
      ops: paths.ops,
      keys,
      clock: config.clock,
      listen: {
        host: config.host,
        mqttPort: config.mqtt.port,
        wsPort: config.mqtt.wsPort,
        tls: config.mqtt.tls,
      },
    },
    [brokerToEngine.port1],
  );
  const { peer: engine, exited: engineExited } = await start<EngineOffers>(
    'engine',
    {
      broker: brokerToEngine.port2,
      history: engineToHistory.port1,
      inbox: paths.inbox,
      ops: paths.ops,
      keys,
      clock: config.clock,
      sharedNow,
    },
    [brokerToEngine.port2, engineToHistory.port1],
  );
  const { peer: history, exited: historyExited } = await start<HistoryOffers>(
    'history',
    {
      engine: engineToHistory.port2,
      path: paths.history,
      ops: paths.ops,
      quarantineKey: keys.quarantine,
      memoryLimit: config.historyMemory,
    },
    [engineToHistory.port2],
  );
  const reader = openOpsReader(paths.ops, { quarantineKey: keys.quarantine });
  const configuration = new ConfigurationCache(reader);
  feed = new LiveFeed(configuration, (wanted) => engine.tell('wantReadings', wanted));

  return {
    directory,
    reader,
    configuration,
    feed,
    broker,
    engine,
    history,
    now: () => (config.clock === 'data' && sharedNow[0] ? epochMs(sharedNow[0]) : wallClock.now()),
    execute: async (actor, command) => {
      const id = randomUUID();
      const outcome = outcomes.expect(id);
      await broker
        .call('append', { type: 'command', at: wallClock.now(), id, actor, command })
        .catch((error: Error) => {
          outcomes.abandon(id, error);
        });
      return await outcome;
    },
    listen: () => broker.call('listen', null),
    stop: async () => {
      stopping = true;
      await broker.call('quiet', null);
      const last = await broker.call('stop', wallClock.now());
      await engine.call('drain', last);
      await engine.call('stop', null);
      await history.call('stop', null);
      await broker.call('end', null);
      await Promise.all([brokerExited, engineExited, historyExited]);
      reader.close();
      directory[Symbol.dispose]();
    },
  };
}
