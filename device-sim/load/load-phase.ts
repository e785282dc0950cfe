import { cpuUsage } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { stopwatch } from '#model/clock.ts';
import { type ConnectionEvents, type DeviceConnection, nobody } from './device-connection.ts';
import type { Fleet } from './fleet.ts';
import { Latencies } from './latencies.ts';
import type { LoadReport } from './protocol.ts';

const lastAnswersMs = 30_000;
const reconnectAfterMs = 1_000;

/** What happens on a fleet's connections while a load runs: counts, latencies, and new connections for lost ones. */
export class LoadPhase implements ConnectionEvents {
  readonly beganMs = stopwatch();
  readonly measuredFromMs: number;
  readonly untilMs: number;
  readonly #fleet: Fleet;
  readonly #puback = new Latencies();
  readonly #lateness = new Latencies();
  readonly #bySecond: number[] = [];
  readonly #onReady: (connection: DeviceConnection) => void;
  readonly #cpuAtStart = cpuUsage();
  #sent = 0;
  #acknowledged = 0;
  #measured = 0;
  #closed = 0;

  /** `onReady`: this connection may send (an answer came, or it is connected again); not after the end. */
  constructor(options: {
    readonly fleet: Fleet;
    readonly warmUpS: number;
    readonly seconds: number;
    readonly onReady: (connection: DeviceConnection) => void;
  }) {
    this.#fleet = options.fleet;
    this.#onReady = options.onReady;
    this.measuredFromMs = this.beganMs + options.warmUpS * 1_000;
    this.untilMs = this.measuredFromMs + options.seconds * 1_000;
    for (const connection of this.#fleet.connections) connection.events = this;
  }

  /** Counts a message that is being sent; what it is to be published with. */
  sending(dueMs: number, nowMs: number): number | null {
    this.#sent += 1;
    if (dueMs < this.measuredFromMs) return null;
    this.#lateness.record(nowMs - dueMs);
    return dueMs;
  }

  sentUntimed(count: number): void {
    this.#sent += count;
  }

  get isOver(): boolean {
    return stopwatch() >= this.untilMs;
  }

  onAcknowledged(connection: DeviceConnection, dueMs: number | null): void {
    const nowMs = stopwatch();
    this.#acknowledged += 1;
    if (dueMs !== null) this.#puback.record(nowMs - dueMs);
    if (nowMs >= this.untilMs) return;
    if (nowMs >= this.measuredFromMs) this.#measured += 1;
    const second = Math.floor((nowMs - this.beganMs) / 1_000);
    this.#bySecond[second] = (this.#bySecond[second] ?? 0) + 1;
    this.#onReady(connection);
  }

  onClosed(connection: DeviceConnection): void {
    this.#closed += 1;
    void this.#reconnect(connection);
  }

  /** After the last answers came, or 30 s. With `patience` 0 nobody waits for them. */
  async report(patienceMs = lastAnswersMs): Promise<LoadReport> {
    const cpu = cpuUsage(this.#cpuAtStart);
    const seconds = (stopwatch() - this.beganMs) / 1_000;
    const giveUpMs = stopwatch() + patienceMs;
    while (this.#fleet.connections.some(({ inFlight }) => inFlight > 0) && stopwatch() < giveUpMs)
      await pause(20);
    for (const connection of this.#fleet.connections) connection.events = nobody;
    return {
      sent: this.#sent,
      acknowledged: this.#acknowledged,
      bySecond: Array.from(this.#bySecond, (count) => count ?? 0),
      perSecond: (this.#measured * 1_000) / (this.untilMs - this.measuredFromMs),
      puback: this.#puback.summary(),
      lateness: this.#lateness.summary(),
      unacknowledged: this.#sent - this.#acknowledged,
      closed: this.#closed,
      generatorCpu: (cpu.user + cpu.system) / 1e6 / seconds,
    };
  }

  async #reconnect(connection: DeviceConnection): Promise<void> {
    while (!connection.isOpen && !this.isOver) {
      await pause(reconnectAfterMs);
      if (!this.isOver && (await this.#fleet.reconnect(connection))) this.#onReady(connection);
    }
  }
}
