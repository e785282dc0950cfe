import { setTimeout as pause } from 'node:timers/promises';
import { stopwatch } from '#model/clock.ts';
import type { Fleet } from './fleet.ts';
import { Latencies } from './latencies.ts';
import type { WitnessOrder, WitnessReport } from './protocol.ts';
import { watchTasks } from './task-stream.ts';

/**
 * Smoke detectors that sound by the clock, each once and each in a building of its own (so that no task joins another),
 * and the live stream that their tasks are awaited on. The place of a task says whose it is.
 */
export class Witness {
  readonly #detectors: Fleet;
  readonly #dueByPlace = new Map<string, number>();
  #next = 0;
  #task = new Latencies();

  constructor(detectors: Fleet) {
    this.#detectors = detectors;
  }

  watch(http: number, token: string): Promise<void> {
    return watchTasks({ http, token }, (place) => {
      const dueMs = this.#dueByPlace.get(place);
      if (dueMs === undefined || !this.#dueByPlace.delete(place)) return;
      this.#task.record(stopwatch() - dueMs);
    });
  }

  /** Fails when there are not enough detectors left that have not sounded yet. */
  async sound(order: WitnessOrder): Promise<WitnessReport> {
    const { perSecond, seconds, waitS, warmUpS } = order;
    this.#task = new Latencies();
    const puback = new Latencies();
    await pause(warmUpS * 1_000);
    const beganMs = stopwatch();
    const count = Math.floor(seconds * perSecond);
    for (let index = 0; index < count; index++) {
      const dueMs = beganMs + (index * 1_000) / perSecond;
      await pause(Math.max(0, dueMs - stopwatch()));
      this.#sound(dueMs, puback);
    }
    const giveUpMs = stopwatch() + waitS * 1_000;
    while (this.#dueByPlace.size > 0 && stopwatch() < giveUpMs) await pause(10);
    const missing = this.#dueByPlace.size;
    this.#dueByPlace.clear();
    return { sounded: count, missing, task: this.#task.summary(), puback: puback.summary() };
  }

  #sound(dueMs: number, puback: Latencies): void {
    const detector = this.#detectors.connections[this.#next++];
    if (!detector) throw new Error('every smoke detector has sounded; connect more of them');
    const { id } = detector.account;
    // A line that was cut counts as a missing task.
    this.#dueByPlace.set(`tower-of-${id}`, dueMs);
    detector.events = {
      onAcknowledged: () => puback.record(stopwatch() - dueMs),
      onClosed: () => undefined,
    };
    detector.publish(dueMs);
  }
}
