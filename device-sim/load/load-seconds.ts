import type { DeviceConnection } from '#device-sim/load/device-connection.ts';
import { Latencies } from '#device-sim/load/latencies.ts';
import type { LoadSecond } from '#device-sim/load/protocol.ts';
import { stopwatch } from '#model/clock.ts';

/** A last one that is shorter says nothing of a second. */
const shortestMs = 500;

/** A load, second by second: the phase counts into the one that runs. */
export class LoadSeconds {
  sent = 0;
  acknowledged = 0;
  closed = 0;
  readonly puback = new Latencies();
  readonly #seconds: LoadSecond[] = [];
  readonly #connections: readonly DeviceConnection[];
  readonly #onSecond: (second: LoadSecond) => void;
  readonly #beganMs: number;
  readonly #measuredFromMs: number;
  readonly #timer: NodeJS.Timeout;
  #fromMs: number;

  constructor(options: {
    readonly beganMs: number;
    readonly measuredFromMs: number;
    readonly connections: readonly DeviceConnection[];
    readonly onSecond: (second: LoadSecond) => void;
  }) {
    this.#beganMs = options.beganMs;
    this.#fromMs = options.beganMs;
    this.#measuredFromMs = options.measuredFromMs;
    this.#connections = options.connections;
    this.#onSecond = options.onSecond;
    this.#timer = setInterval(() => this.#turn(), 1_000);
  }

  /** All of them; counting ends. */
  end(): readonly LoadSecond[] {
    clearInterval(this.#timer);
    if (stopwatch() - this.#fromMs >= shortestMs) this.#turn();
    return this.#seconds;
  }

  #turn(): void {
    const nowMs = stopwatch();
    const lengthS = (nowMs - this.#fromMs) / 1_000;
    const second: LoadSecond = {
      elapsedS: (nowMs - this.#beganMs) / 1_000,
      lengthS,
      isWarmUp: this.#fromMs < this.#measuredFromMs - shortestMs,
      sent: this.sent,
      acknowledged: this.acknowledged,
      puback: this.puback.takeSummary(),
      inFlight: this.#connections.reduce((sum, { inFlight }) => sum + inFlight, 0),
      closed: this.closed,
    };
    this.#fromMs = nowMs;
    this.sent = 0;
    this.acknowledged = 0;
    this.closed = 0;
    this.#seconds.push(second);
    this.#onSecond(second);
  }
}
