import { type HistoryQueue, HistoryQueueWatch } from '#app/lookout/history-queue.ts';
import { type Seen, Watched } from '#app/lookout/watched.ts';
import type { Peer } from '#app/threads/peer.ts';
import type {
  BrokerOffers,
  BrokerThreadStats,
  EngineOffers,
  EngineStats,
  HistoryOffers,
  HistoryStats,
} from '#app/threads/protocol.ts';
import type { EpochMs } from '#model/brand.ts';
import type { OpsReader } from '#store/ops/reader.ts';

/** How the platform was at one look. */
export interface Sight {
  readonly broker: Seen<BrokerThreadStats>;
  readonly engine: Seen<EngineStats>;
  readonly history: Seen<HistoryStats>;
  /** What waits for history; null: the ops store could not be read. */
  readonly queue: HistoryQueue | null;
  /** How long each thread has been busy since it began. */
  readonly busyMs: Readonly<Record<string, number>>;
}

export interface LookoutParts {
  readonly threads: {
    readonly broker: Peer<BrokerOffers>;
    readonly engine: Peer<EngineOffers>;
    readonly history: Peer<HistoryOffers>;
  };
  readonly reader: OpsReader;
  readonly now: () => EpochMs;
  readonly busyMs: () => Readonly<Record<string, number>>;
}

/** Asks the threads how they are, and does not wait for one that is stuck: then its last answer has to do. */
export class Lookout {
  readonly #broker: Watched<BrokerThreadStats>;
  readonly #engine: Watched<EngineStats>;
  readonly #history: Watched<HistoryStats>;
  readonly #queue: HistoryQueueWatch;
  readonly #busyMs: LookoutParts['busyMs'];

  constructor({ busyMs, now, reader, threads }: LookoutParts) {
    this.#broker = new Watched(() => threads.broker.call('stats', null));
    this.#engine = new Watched(() => threads.engine.call('stats', null));
    this.#history = new Watched(() => threads.history.call('stats', null));
    this.#queue = new HistoryQueueWatch(reader, now);
    this.#busyMs = busyMs;
  }

  /** Resolves when all have answered, or after `limitMs`; never rejects. */
  async look(limitMs: number): Promise<Sight> {
    const { promise: limit, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, limitMs);
    const [broker, engine, history] = await Promise.all([
      this.#broker.look(limit),
      this.#engine.look(limit),
      this.#history.look(limit),
    ]);
    clearTimeout(timer);
    return { broker, engine, history, queue: this.#queueBehind(history), busyMs: this.#busyMs() };
  }

  #queueBehind({ last }: Seen<HistoryStats>): HistoryQueue | null {
    try {
      return this.#queue.look(last?.takeOver.position ?? null);
    } catch {
      return null;
    }
  }
}
