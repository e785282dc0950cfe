import { Counter, Gauge, type Registry } from 'prom-client';
import { MeasuredHistogram } from '#app/metrics/measured-histogram.ts';
import { Durations } from '#model/counting.ts';

const delayBounds = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 3_600];

/** What the notifier counts of itself; told as metrics once there is a registry. */
export class NotifyCounts {
  readonly #tries = new Map<string, Map<string, number>>();
  readonly #delays = new Durations(delayBounds);

  tried(channel: string, outcome: string): void {
    const of = this.#tries.get(channel) ?? new Map<string, number>();
    this.#tries.set(channel, of.set(outcome, (of.get(outcome) ?? 0) + 1));
  }

  /** It went out first, so long after it came about. */
  told(ms: number): void {
    this.#delays.observe(Math.max(0, ms));
  }

  /** `openChannels`: those that are given up for a while, of all. */
  register(
    registry: Registry,
    circuits: () => readonly { readonly channel: string; readonly isOpen: boolean }[],
  ): void {
    const tries = this.#tries;
    new Counter({
      name: 'gridbell_notify_tries_total',
      help: 'Tries to bring a message to a person, by channel and outcome',
      labelNames: ['channel', 'outcome'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [channel, outcomes] of tries)
          for (const [outcome, count] of outcomes) this.inc({ channel, outcome }, count);
      },
    });
    new Gauge({
      name: 'gridbell_notify_circuit_open',
      help: '1 for a channel that failed again and again and is given up for a while',
      labelNames: ['channel'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { channel, isOpen } of circuits()) this.set({ channel }, isOpen ? 1 : 0);
      },
    });
    registry.registerMetric(
      new MeasuredHistogram(
        {
          name: 'gridbell_notify_delay_seconds',
          help: 'From when something came about until a person was first told of it by any channel',
        },
        () => Promise.resolve(this.#delays.counts),
      ),
    );
  }
}
