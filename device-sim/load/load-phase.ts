import { cpuUsage } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { type ConnectionEvents, type DeviceConnection, nobody } from '#device-sim/load/device-connection.ts';
import type { Fleet } from '#device-sim/load/fleet.ts';
import type { FlightTimes } from '#device-sim/load/flight-log.ts';
import { Latencies } from '#device-sim/load/latencies.ts';
import { LoadSeconds } from '#device-sim/load/load-seconds.ts';
import type { LoadReport, LoadSecond } from '#device-sim/load/protocol.ts';
import { stopwatch } from '#model/clock.ts';

/** Nothing more comes when nothing came for so long. */
const lastAnswersMs = 15_000;
/** A platform that was asked for more than it can may go on answering for long. */
const longestMs = 180_000;
const reconnectAfterMs = 1_000;

export interface LoadPhaseOptions {
  readonly fleet: Fleet;
  readonly warmUpS: number;
  readonly seconds: number;
  /** This connection may send (an answer came, or it is connected again); not called after the end. */
  readonly onReady: (connection: DeviceConnection) => void;
  readonly onSecond: (second: LoadSecond) => void;
  /** Ends the phase before its time. */
  readonly signal: AbortSignal;
}

/** What happens on a fleet's connections while a load runs: counts, latencies, and new connections for lost ones. */
export class LoadPhase implements ConnectionEvents {
  readonly beganMs = stopwatch();
  readonly measuredFromMs: number;
  readonly #fleet: Fleet;
  readonly #puback = new Latencies();
  readonly #service = new Latencies();
  readonly #lateness = new Latencies();
  readonly #seconds: LoadSeconds;
  readonly #onReady: (connection: DeviceConnection) => void;
  readonly #signal: AbortSignal;
  readonly #cpuAtStart = cpuUsage();
  #untilMs: number;
  #answeredMs = 0;
  #sent = 0;
  #withoutConnection = 0;
  #acknowledged = 0;
  #measured = 0;
  #closed = 0;

  constructor({ fleet, onReady, onSecond, seconds, signal, warmUpS }: LoadPhaseOptions) {
    this.#fleet = fleet;
    this.#onReady = onReady;
    this.#signal = signal;
    this.measuredFromMs = this.beganMs + warmUpS * 1_000;
    this.#untilMs = this.measuredFromMs + seconds * 1_000;
    const { connections } = fleet;
    const { beganMs, measuredFromMs } = this;
    this.#seconds = new LoadSeconds({ beganMs, measuredFromMs, connections, onSecond });
    for (const connection of connections) connection.events = this;
  }

  get untilMs(): number {
    return this.#untilMs;
  }
  get isOver(): boolean {
    return this.#signal.aborted || stopwatch() >= this.#untilMs;
  }

  /** Sends a message that was due at `dueMs`. One of a device that is not connected is one without acknowledgement. */
  send(connection: DeviceConnection | undefined, dueMs: number, nowMs: number): void {
    this.#sent += 1;
    if (!connection?.isOpen) {
      this.#withoutConnection += 1;
      return;
    }
    this.#seconds.sent += 1;
    if (dueMs >= this.measuredFromMs) this.#lateness.record(nowMs - dueMs);
    connection.publish(dueMs, nowMs);
  }

  /** So many were sent, of which nobody wants to know how long they take. */
  sentUntimed(count: number): void {
    this.#sent += count;
    this.#seconds.sent += count;
  }

  /** Resolves when its time is over. */
  async over(): Promise<void> {
    const remainingMs = Math.max(0, this.#untilMs - stopwatch());
    await pause(remainingMs, undefined, { signal: this.#signal }).catch(() => undefined);
  }

  onAcknowledged(connection: DeviceConnection, { dueMs, sentMs }: FlightTimes, nowMs: number): void {
    this.#acknowledged += 1;
    this.#answeredMs = nowMs;
    this.#seconds.acknowledged += 1;
    if (dueMs <= nowMs) this.#seconds.puback.record(nowMs - dueMs);
    if (dueMs >= this.measuredFromMs) {
      this.#puback.record(nowMs - dueMs);
      this.#service.record(nowMs - sentMs);
    }
    if (this.#signal.aborted || nowMs >= this.#untilMs) return;
    if (nowMs >= this.measuredFromMs) this.#measured += 1;
    this.#onReady(connection);
  }

  onClosed(connection: DeviceConnection): void {
    this.#closed += 1;
    this.#seconds.closed += 1;
    void this.#reconnect(connection);
  }

  /** After the last answers, or when none came for `patienceMs`; with 0 nobody waits for them. */
  async report(patienceMs = lastAnswersMs): Promise<LoadReport> {
    const cpu = cpuUsage(this.#cpuAtStart);
    const nowMs = stopwatch();
    this.#untilMs = Math.min(this.#untilMs, nowMs);
    const measuredS = Math.max(0, this.#untilMs - this.measuredFromMs) / 1_000;
    const giveUpMs = (): number =>
      Math.min(Math.max(nowMs, this.#answeredMs) + patienceMs, nowMs + longestMs);
    while (this.#fleet.connections.some(({ inFlight }) => inFlight > 0) && stopwatch() < giveUpMs())
      await pause(20);
    for (const connection of this.#fleet.connections) connection.events = nobody;
    return {
      sent: this.#sent,
      withoutConnection: this.#withoutConnection,
      acknowledged: this.#acknowledged,
      perSecond: measuredS === 0 ? 0 : this.#measured / measuredS,
      seconds: this.#seconds.end(),
      puback: this.#puback.summary(),
      spectrum: this.#puback.spectrum(),
      service: this.#service.summary(),
      serviceSpectrum: this.#service.spectrum(),
      lateness: this.#lateness.summary(),
      unacknowledged: this.#sent - this.#acknowledged,
      closed: this.#closed,
      generatorCpu: (cpu.user + cpu.system) / 1e3 / (nowMs - this.beganMs),
    };
  }

  async #reconnect(connection: DeviceConnection): Promise<void> {
    while (!connection.isOpen && !this.isOver) {
      await pause(reconnectAfterMs);
      if (!this.isOver && (await this.#fleet.reconnect(connection))) this.#onReady(connection);
    }
  }
}
