import { randomBytes } from 'node:crypto';
import type { Registry } from 'prom-client';
import type { ApiPlatform, DeviceCommand, LatestValue, LiveEvent, RuleStatus } from '#api/ports.ts';
import type { Config } from '#app/config.ts';
import type { Core } from '#app/core.ts';
import { type Health, judgeHealth, type Vitals } from '#app/health.ts';
import { createMetrics } from '#app/metrics.ts';
import type { BrokerPorts } from '#app/threads/protocol.ts';
import type { DeviceId, EpochMs, RuleId } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Command } from '#model/command.ts';
import { GridbellError } from '#model/errors.ts';
import type { Actor } from '#model/record.ts';
import { newSecret } from '#model/secrets.ts';
import type { BucketQuery, RawQuery } from '#store/history/history.ts';

/** How often the threads are asked how they are. */
const lookEveryMs = 1_000;
/** A thread that is silent for longer is stuck, as far as operators are concerned. */
const answerWithinMs = 5_000;

/** The running platform as the API wants to have it. */
export class ApiPlatformOfCore implements ApiPlatform {
  readonly clock: ClockKind;
  readonly deviceTokenKey: Uint8Array;
  readonly metrics: Registry;
  readonly #core: Core;
  #ports: BrokerPorts | null = null;
  #vitals: Vitals = {
    listening: false,
    inboxFailure: null,
    inboxPosition: 0,
    engine: null,
    historyPosition: null,
    historyBacklog: 0,
  };
  #timer: NodeJS.Timeout | null = null;
  #looking = false;

  constructor(core: Core, config: Config) {
    this.#core = core;
    this.clock = config.clock;
    this.deviceTokenKey = core.directory.keys.deviceToken;
    this.metrics = createMetrics(core);
  }

  /** The broker takes connections on these ports. */
  async start(ports: BrokerPorts): Promise<void> {
    this.#ports = ports;
    await this.#look();
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#vitals = { ...this.#vitals, listening: false };
  }

  now(): EpochMs {
    return this.#core.now();
  }
  execute(actor: Actor, command: Command): Promise<unknown> {
    return this.#core.execute(actor, command);
  }
  latest(device: DeviceId): Promise<Readonly<Record<string, LatestValue>>> {
    return this.#core.engine.call('latest', device);
  }
  trace(rule: RuleId, device: DeviceId): Promise<readonly unknown[]> {
    return this.#core.engine.call('trace', { rule, device });
  }
  sendCommand(device: DeviceId, command: DeviceCommand): Promise<boolean> {
    return this.#core.broker.call('publishCommand', { device, payload: JSON.stringify(command) });
  }
  ruleStatus(): Promise<readonly RuleStatus[]> {
    return this.#core.engine.call('ruleStatus', null) as Promise<readonly RuleStatus[]>;
  }

  readonly history = {
    readings: (query: RawQuery) => this.#core.history.call('readings', query),
    buckets: (query: BucketQuery) => this.#core.history.call('buckets', query),
  };

  subscribe(listener: (event: LiveEvent) => void): () => void {
    return this.#core.feed.subscribe(listener);
  }

  async grantReplay(): Promise<{ username: string; password: string; mqttPort: number }> {
    if (!this.#ports)
      throw new GridbellError('not-ready', 'the broker does not listen: start the platform first');
    const credentials = { username: `operator-${randomBytes(8).toString('hex')}`, password: newSecret() };
    await this.#core.broker.call('grant', credentials);
    return { ...credentials, mqttPort: this.#ports.mqtt };
  }

  health(): Health {
    return judgeHealth(this.#vitals);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      this.#vitals = await withinMs(answerWithinMs, this.#ask());
    } catch {
      // It did not answer in time, or has ended: whatever it did before says nothing any more.
      this.#vitals = { ...this.#vitals, engine: null };
    } finally {
      this.#looking = false;
    }
  }

  async #ask(): Promise<Vitals> {
    const [broker, engine, history] = await Promise.all([
      this.#core.broker.call('stats', null),
      this.#core.engine.call('stats', null),
      this.#core.history.call('stats', null),
    ]);
    return {
      listening: this.#ports !== null,
      inboxFailure: broker.inboxFailure,
      inboxPosition: broker.inboxPosition,
      engine,
      historyPosition: history.position,
      historyBacklog: this.#core.reader.historyBacklog(),
    };
  }
}

async function withinMs<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
