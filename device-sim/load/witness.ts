import { setTimeout as pause } from 'node:timers/promises';
import type { Fleet } from '#device-sim/load/fleet.ts';
import { Latencies } from '#device-sim/load/latencies.ts';
import type { WitnessOrder, WitnessReport, WitnessSecond } from '#device-sim/load/protocol.ts';
import { type StreamAddress, watchTasks } from '#device-sim/load/task-stream.ts';
import { stopwatch } from '#model/clock.ts';

/** Who listens to a witness, and who may end it. */
interface WitnessWatch {
  readonly onSecond: (second: WitnessSecond) => void;
  readonly signal: AbortSignal;
}

/**
 * Smoke detectors that sound by the clock, each once and each in a building of its own (so that no task joins another),
 * and the live stream that their tasks are awaited on. The place of a task says whose it is.
 */
export class Witness {
  readonly #detectors: Fleet;
  readonly #dueByPlace = new Map<string, number>();
  #next = 0;
  #task = new Latencies();
  #tasksMs: number[] = [];
  #taskOfSecond = new Latencies();

  constructor(detectors: Fleet) {
    this.#detectors = detectors;
  }

  watch(address: StreamAddress): Promise<void> {
    return watchTasks(address, (place) => {
      const dueMs = this.#dueByPlace.get(place);
      if (dueMs === undefined || !this.#dueByPlace.delete(place)) return;
      const tookMs = stopwatch() - dueMs;
      this.#task.record(tookMs);
      this.#tasksMs.push(tookMs);
      this.#taskOfSecond.record(tookMs);
    });
  }

  /** Fails when there are not enough detectors left that have not sounded yet. */
  async sound(order: WitnessOrder, { onSecond, signal }: WitnessWatch): Promise<WitnessReport> {
    const { perSecond, seconds, waitS, warmUpS } = order;
    this.#task = new Latencies();
    this.#tasksMs = [];
    this.#taskOfSecond = new Latencies();
    const puback = new Latencies();
    const bySecond: WitnessSecond[] = [];
    let sounded = 0;
    let told = 0;
    const beganMs = stopwatch();
    const turn = (): void => {
      const elapsedS = (stopwatch() - beganMs) / 1_000;
      const second = { elapsedS, sounded: sounded - told, task: this.#taskOfSecond.takeSummary() };
      told = sounded;
      bySecond.push(second);
      onSecond(second);
    };
    const timer = setInterval(turn, 1_000);
    const until = (atMs: number) =>
      pause(Math.max(0, atMs - stopwatch()), undefined, { signal }).catch(() => undefined);

    const count = Math.floor(seconds * perSecond);
    for (; sounded < count; sounded++) {
      const dueMs = beganMs + warmUpS * 1_000 + (sounded * 1_000) / perSecond;
      await until(dueMs);
      if (signal.aborted) break;
      this.#sound(dueMs, puback);
    }
    const giveUpMs = stopwatch() + waitS * 1_000;
    while (this.#dueByPlace.size > 0 && stopwatch() < giveUpMs) await pause(10);
    clearInterval(timer);
    turn();
    const missing = this.#dueByPlace.size;
    this.#dueByPlace.clear();
    const acknowledged = puback.summary();
    return {
      sounded,
      acknowledged: acknowledged.count,
      missing,
      task: this.#task.summary(),
      tasksMs: this.#tasksMs,
      spectrum: this.#task.spectrum(),
      puback: acknowledged,
      seconds: bySecond,
    };
  }

  #sound(dueMs: number, puback: Latencies): void {
    const detector = this.#detectors.connections[this.#next++];
    if (!detector) throw new Error('every smoke detector has sounded; connect more of them');
    // A line that was cut counts as a missing task.
    this.#dueByPlace.set(detector.account.place, dueMs);
    detector.events = {
      onAcknowledged: (_, times, nowMs) => puback.record(nowMs - times.dueMs),
      onClosed: () => undefined,
    };
    detector.publish(dueMs, stopwatch());
  }
}
