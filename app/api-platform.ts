import { randomBytes } from 'node:crypto';
import type { Registry } from 'prom-client';
import type { ApiFlows } from '#api/flows-port.ts';
import type { ApiNotify } from '#api/notify-port.ts';
import type {
  ApiPlatform,
  BacktestOrder,
  HistoryCare,
  LatestValue,
  LiveEvent,
  RuleFile,
  RuleStatus,
} from '#api/ports.ts';
import type { Config } from '#app/config.ts';
import type { Core } from '#app/core.ts';
import { downtimesOf } from '#app/downtimes.ts';
import { withFlows } from '#app/flows/flows-health.ts';
import { type Health, judgeHealth } from '#app/health.ts';
import { historyCareOf } from '#app/history-care.ts';
import type { HistoryKeeper } from '#app/history-keeper.ts';
import type { Sight } from '#app/lookout/lookout.ts';
import { createMetrics } from '#app/metrics/metrics.ts';
import type { RuleFiles } from '#app/rule-files/rule-files.ts';
import type { BrokerPorts } from '#app/threads/protocol.ts';
import type { DeviceId, EpochMs, RuleId } from '#model/brand.ts';
import { type ClockKind, wallClock } from '#model/clock.ts';
import type { Command } from '#model/command.ts';
import { GridbellError } from '#model/errors.ts';
import type { ReceivedReadings } from '#model/received.ts';
import type { Actor } from '#model/record.ts';
import type { Retention } from '#model/retention.ts';
import { derivedKey, newSecret } from '#model/secrets.ts';
import type { BacktestReport } from '#rules/backtest/report.ts';
import type { Downtime } from '#rules/engine/counted-time.ts';
import type { BucketQuery, HeatQuery, MeasuredQuery, RawQuery, Received } from '#store/history/history.ts';
import { PhotoStore } from '#store/photos/photo-store.ts';

/** How often the threads are asked how they are. */
const lookEveryMs = 1_000;
/** One that takes longer is not waited for. */
const answerWithinMs = 900;

/** The running platform as the API wants to have it. */
export class ApiPlatformOfCore implements ApiPlatform {
  readonly clock: ClockKind;
  readonly deviceTokenKey: Uint8Array;
  readonly residentKey: Uint8Array;
  readonly photos: PhotoStore;
  readonly retention: Retention;
  readonly metrics: Registry;
  readonly notify: ApiNotify;
  readonly flows: ApiFlows;
  readonly grafanaUrl: string | null;
  readonly #core: Core;
  readonly #config: Config;
  readonly #historyKeeper: HistoryKeeper | null;
  readonly #ruleFiles: Pick<RuleFiles, 'files'> | null;
  readonly #listeningSince: EpochMs;
  #ports: BrokerPorts | null = null;
  #sight: Sight | null = null;
  #isListening = false;
  #timer: NodeJS.Timeout | null = null;
  #looking = false;

  /** `ruleFiles`: where there is a rules directory that is followed. */
  constructor(
    core: Core,
    config: Config,
    parts: {
      readonly ruleFiles: Pick<RuleFiles, 'files'> | null;
      readonly notify: ApiNotify;
      readonly flows: ApiFlows;
      /** Null: on the data clock nothing goes. */
      readonly historyKeeper: HistoryKeeper | null;
    },
  ) {
    const { flows, historyKeeper, notify, ruleFiles } = parts;
    this.#core = core;
    this.#config = config;
    this.#historyKeeper = historyKeeper;
    this.grafanaUrl = config.grafanaUrl;
    this.notify = notify;
    this.flows = flows;
    this.#ruleFiles = ruleFiles;
    this.#listeningSince = core.now();
    this.clock = config.clock;
    this.retention = config.retention;
    this.deviceTokenKey = core.directory.keys.deviceToken;
    const { keys, paths } = core.directory;
    this.residentKey = derivedKey(keys.pseudonym, 'residents');
    this.photos = new PhotoStore({
      directory: paths.photos,
      key: derivedKey(keys.quarantine, 'photos'),
      reserveBytes: config.diskReserveBytes,
    });
    this.metrics = createMetrics(core);
  }

  /** The broker takes connections on these ports. */
  async start(ports: BrokerPorts): Promise<void> {
    this.#ports = ports;
    this.#isListening = true;
    await this.#look();
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#isListening = false;
  }

  now(): EpochMs {
    return this.#core.now();
  }
  downtimes(): readonly Downtime[] {
    const engine = this.#sight?.engine.last ?? null;
    return downtimesOf(engine, { clock: this.clock, listeningSince: this.#listeningSince });
  }
  execute(actor: Actor, command: Command): Promise<unknown> {
    return this.#core.execute(actor, command);
  }
  unclaimedMessages(devices: readonly DeviceId[]): Promise<readonly number[]> {
    return this.#core.engine.call('unclaimedMessages', devices);
  }
  deliver(delivery: Parameters<ApiPlatform['deliver']>[0]): Promise<void> {
    return this.#core.broker.call('deliver', delivery);
  }
  latest(device: DeviceId): Promise<Readonly<Record<string, LatestValue>>> {
    return this.#core.engine.call('latest', device);
  }
  trace(rule: RuleId, device: DeviceId): Promise<readonly unknown[]> {
    return this.#core.engine.call('trace', { rule, device });
  }
  backtest(order: BacktestOrder, signal: AbortSignal): Promise<BacktestReport> {
    const known = { clock: this.clock, downtimes: this.downtimes() };
    return this.#core.backtests.run({ ...order, ...known }, signal);
  }
  get countingSince(): EpochMs {
    return this.#listeningSince;
  }
  ruleFiles(): readonly RuleFile[] | null {
    return this.#ruleFiles?.files ?? null;
  }
  ruleStatus(): Promise<readonly RuleStatus[]> {
    return this.#core.engine.call('ruleStatus', null) as Promise<readonly RuleStatus[]>;
  }

  readonly history = {
    readings: (query: RawQuery) => this.#core.history.call('readings', query),
    buckets: (query: BucketQuery) => this.#core.history.call('buckets', query),
    heat: (query: HeatQuery) => this.#core.history.call('heat', query),
    measured: async (query: MeasuredQuery): Promise<Received> => {
      const { id, series } = await this.#core.history.call('openMeasured', query);
      return { series, batches: this.#batchesOf(id) };
    },
    series: (devices: readonly DeviceId[]) => this.#core.history.call('series', devices),
    extent: () => this.#core.history.call('extent', null),
    status: () => this.#core.history.call('status', null),
    holdings: (recentFrom: EpochMs) => this.#core.history.call('holdings', recentFrom),
    rebuild: () => this.#core.history.call('rebuild', null),
    compact: () => this.#core.history.call('compact', null),
    erase: async (subjects: readonly string[]) => {
      const erased = await this.#core.history.call('erase', subjects);
      // Batches of theirs lay in the ops store until history had them.
      await this.#core.engine.call('writeStoreAnew', null);
      return erased;
    },
  };

  async *#batchesOf(id: number): AsyncGenerator<ReceivedReadings> {
    try {
      for (;;) {
        const batch = await this.#core.history.call('nextReceived', id);
        if (!batch) return;
        yield batch;
      }
    } finally {
      this.#core.history.tell('closeReceived', id);
    }
  }

  historyCare(): HistoryCare {
    return historyCareOf(this.#sight, { config: this.#config, keeper: this.#historyKeeper });
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    return this.#core.feed.subscribe(listener);
  }

  whenFed(waker: () => void): () => void {
    return this.#core.feed.whenFed(waker);
  }

  whenHappened(waker: () => void): () => void {
    return this.#core.feed.follow(waker);
  }

  devicePorts(): BrokerPorts {
    if (!this.#ports)
      throw new GridbellError('not-ready', 'the broker does not listen: start the platform first');
    return this.#ports;
  }

  async grantReplay(): Promise<{ username: string; password: string; mqttPort: number }> {
    const { mqtt } = this.devicePorts();
    const credentials = { username: `operator-${randomBytes(8).toString('hex')}`, password: newSecret() };
    await this.#core.broker.call('grant', credentials);
    return { ...credentials, mqttPort: mqtt };
  }

  health(): Health {
    const health = judgeHealth({
      listening: this.#isListening,
      clock: this.clock,
      nowMs: wallClock.now(),
      sight: this.#sight,
    });
    return withFlows(health, this.flows.standing());
  }

  /** How the threads were at the last look; null before the first. */
  get sight(): Sight | null {
    return this.#sight;
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    this.#sight = await this.#core.lookout.look(answerWithinMs);
    this.#looking = false;
  }
}
