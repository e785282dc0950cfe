import { setTimeout as pause } from 'node:timers/promises';
import type { LoadCommunity } from '#device-sim/load/community.ts';
import { GeneratorProcess } from '#device-sim/load/generator-process.ts';
import { LiveSums } from '#device-sim/load/live.ts';
import type { LiveFigures, LoadOptions } from '#device-sim/load/load-run.ts';
import { type LoadedPlatform, metricsOf } from '#device-sim/load/platform.ts';
import { PlatformFigures } from '#device-sim/load/platform-figures.ts';
import type { ConnectReport, LoadReport, WitnessReport } from '#device-sim/load/protocol.ts';
import { isFresh, isThrough, type TimedFigures } from '#device-sim/load/timed-figures.ts';
import { mqttAddress } from '#device-sim/platform/mqtt-access.ts';
import { stopwatch } from '#model/clock.ts';

/** Who watches a run, and may end it: then it reports what it has, and tidies up. */
export interface LoadHooks {
  /** One line for people: what begins now. */
  note(line: string): void;
  onLive(figures: LiveFigures): void;
  onDeleted(deleted: number, of: number): void;
  readonly signal: AbortSignal;
}

/** What two generators measured, and what the platform told meanwhile. */
export interface Measured {
  readonly connect: ConnectReport;
  readonly load: LoadReport;
  readonly witness: WitnessReport | null;
  readonly before: PlatformFigures;
  readonly measuredFrom: TimedFigures;
  readonly atEnd: TimedFigures;
  /** When everything was through, or was given up. */
  readonly after: PlatformFigures;
  readonly isSettled: boolean;
}

/** How long a task may take. */
export const taskWithinS = 60;
export const settleWithinS = 120;
const keepAliveS = 60;
/** The broker takes 10,000 connections of one address. */
const mostOfAddress = 8_000;
const lookEveryMs = 100;

/** A community's devices on their lines, in two processes of their own: one makes the load, the other one bears witness. */
export class Measurement implements AsyncDisposable {
  readonly #platform: LoadedPlatform;
  readonly #options: LoadOptions;
  readonly #hooks: LoadHooks;
  readonly #senders: GeneratorProcess;
  readonly #witness: GeneratorProcess;
  readonly #stop = (): void => {
    for (const generator of [this.#senders, this.#witness])
      generator.ask('stop', null).catch(() => undefined);
  };

  constructor(platform: LoadedPlatform, options: LoadOptions, hooks: LoadHooks) {
    this.#platform = platform;
    this.#options = options;
    this.#hooks = hooks;
    const live = new LiveSums((figures) => hooks.onLive(figures));
    this.#senders = new GeneratorProcess((progress) => live.take(progress));
    this.#witness = new GeneratorProcess((progress) => live.take(progress));
    hooks.signal.addEventListener('abort', this.#stop);
    if (hooks.signal.aborted) this.#stop();
  }

  /** Connects, sends, and waits until all of it is through. Rejects when not all can connect. */
  async take(community: LoadCommunity): Promise<Measured> {
    this.#hooks.note(`connecting, ${this.#options.connectsPerSecond} a second`);
    const connect = await this.#connect(community);
    const { figures: before } = await this.#settled();
    this.#hooks.note('sending');
    const [load, witness, measuredFrom] = await Promise.all([
      this.#send(),
      this.#sound(),
      this.#figures(this.#options.warmUpS),
    ]);
    const atEnd = await this.#figures();
    const { figures: after, isSettled } = await this.#settled();
    await this.#senders.ask('hangUp', { politely: true });
    await this.#witness.ask('hangUp', { politely: true });
    return { connect, load, witness, before, measuredFrom, atEnd, after, isSettled };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hooks.signal.removeEventListener('abort', this.#stop);
    await Promise.all([this.#senders[Symbol.asyncDispose](), this.#witness[Symbol.asyncDispose]()]);
  }

  async #connect({ detectors, senders }: LoadCommunity): Promise<ConnectReport> {
    const { connectsPerSecond: perSecond, payload } = this.#options;
    const { host, port } = await mqttAddress(this.#platform);
    const sourceAddresses = host.startsWith('127.') ? Math.ceil(senders.length / mostOfAddress) : 1;
    const order = { host, port, perSecond, keepAliveS, sourceAddresses };
    const reports = await Promise.all([
      this.#senders.ask('connect', { ...order, accounts: senders, payload }),
      this.#witness.ask('connectDetectors', { ...order, accounts: detectors }),
    ]);
    for (const { reason, refused } of reports)
      if (refused > 0)
        throw new Error(`${refused} devices could not connect (${reason}); the platform's log says why`);
    if (detectors.length > 0) await this.#witness.ask('watchTasks', this.#platform.stream);
    return reports[0];
  }

  #send(): Promise<LoadReport> {
    const { loop, seconds, warmUpS } = this.#options;
    return loop.kind === 'open'
      ? this.#senders.ask('openLoop', { rate: loop.rate, seconds, warmUpS })
      : this.#senders.ask('closedLoop', { window: loop.window, seconds, warmUpS });
  }

  async #sound(): Promise<WitnessReport | null> {
    const { alarmsPerSecond: perSecond, seconds, warmUpS } = this.#options;
    if (perSecond === 0) return null;
    return await this.#witness.ask('soundDetectors', { perSecond, seconds, warmUpS, waitS: taskWithinS });
  }

  async #figures(afterS = 0): Promise<TimedFigures> {
    const { signal } = this.#hooks;
    if (afterS > 0) await pause(afterS * 1_000, undefined, { signal }).catch(() => undefined);
    return { figures: new PlatformFigures(await metricsOf(this.#platform)), atMs: stopwatch() };
  }

  /**
   * Whether the platform has processed all that it has acknowledged until now, within its time, and the figures that say so: others may
   * go on, and another scrape may tell of a thread what was before.
   */
  async #settled(): Promise<{ readonly isSettled: boolean; readonly figures: PlatformFigures }> {
    const beganMs = stopwatch();
    let from: TimedFigures | null = null;
    for (;;) {
      const now = await this.#figures();
      if (from !== null && isThrough(from, now)) return { isSettled: true, figures: now.figures };
      if (now.atMs - beganMs > settleWithinS * 1_000) return { isSettled: false, figures: now.figures };
      if (isFresh(now)) from ??= now;
      await pause(lookEveryMs);
    }
  }
}
