import { Counter, Gauge, type Registry } from 'prom-client';
import { MeasuredHistogram } from '#app/metrics/measured-histogram.ts';
import type { Scene } from '#app/metrics/scene.ts';
import type { DurationCounts } from '#model/counting.ts';

/** Undefined: not known, since the thread that knows has never answered. */
type Read<Value> = (scene: Scene) => Value | undefined;
type ByLabel = Readonly<Record<string, number>>;

/** Where the stages write down what can be read of them. Nothing is kept: everything is read when somebody asks. */
export class MetricBook {
  readonly #registry: Registry;
  readonly #look: () => Promise<Scene>;

  constructor(registry: Registry, look: () => Promise<Scene>) {
    this.#registry = registry;
    this.#look = look;
  }

  gauge(name: string, help: string, read: Read<number>): void {
    const look = this.#look;
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      async collect() {
        const value = read(await look());
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  }

  gauges(name: string, help: string, label: string, read: Read<ByLabel>): void {
    const look = this.#look;
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      async collect() {
        const values = read(await look()) ?? {};
        this.reset();
        for (const [name, value] of Object.entries(values)) this.set({ [label]: name }, value);
      },
    });
  }

  total(name: string, help: string, read: Read<number>): void {
    const look = this.#look;
    new Counter({
      name,
      help,
      registers: [this.#registry],
      async collect() {
        const value = read(await look());
        if (value === undefined) this.remove();
        else {
          this.reset();
          this.inc(value);
        }
      },
    });
  }

  totals(name: string, help: string, label: string, read: Read<ByLabel>): void {
    const look = this.#look;
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      async collect() {
        const values = read(await look()) ?? {};
        this.reset();
        for (const [name, value] of Object.entries(values)) this.inc({ [label]: name }, value);
      },
    });
  }

  durations(name: string, help: string, read: Read<DurationCounts>): void {
    const look = this.#look;
    this.#registry.registerMetric(new MeasuredHistogram({ name, help }, async () => read(await look())));
  }
}
