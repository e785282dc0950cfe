import { Counter, Gauge, type Registry } from 'prom-client';
import { MeasuredHistogram } from '#app/metrics/measured-histogram.ts';
import type { Scene } from '#app/metrics/scene.ts';
import type { DurationCounts } from '#model/counting.ts';

/** Undefined: not known, since the thread that knows has never answered. */
type Read<Value> = (scene: Scene) => Value | undefined;
type ByLabel = Readonly<Record<string, number>>;
type Entries = readonly (readonly [labels: Record<string, string>, value: number])[];
type ReadEntries = (scene: Scene) => Entries;
interface What {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
}

/** Where the stages write down what can be read of them. Nothing is kept: everything is read when somebody asks. */
export class MetricBook {
  readonly #registry: Registry;
  readonly #look: () => Promise<Scene>;

  constructor(registry: Registry, look: () => Promise<Scene>) {
    this.#registry = registry;
    this.#look = look;
  }

  gauge(name: string, help: string, read: Read<number>): void {
    this.#gauge({ name, help, labelNames: [] }, alone(read));
  }

  gauges(name: string, help: string, label: string, read: Read<ByLabel>): void {
    this.#gauge({ name, help, labelNames: [label] }, labelled(label, read));
  }

  total(name: string, help: string, read: Read<number>): void {
    this.#counter({ name, help, labelNames: [] }, alone(read));
  }

  totals(name: string, help: string, label: string, read: Read<ByLabel>): void {
    this.#counter({ name, help, labelNames: [label] }, labelled(label, read));
  }

  durations(name: string, help: string, read: Read<DurationCounts>): void {
    const look = this.#look;
    this.#registry.registerMetric(new MeasuredHistogram({ name, help }, async () => read(await look())));
  }

  #gauge(what: What, read: ReadEntries): void {
    const look = this.#look;
    new Gauge({
      ...what,
      registers: [this.#registry],
      async collect() {
        const entries = read(await look());
        this.reset();
        if (isUnknown(what, entries)) this.remove();
        for (const [labels, value] of entries) this.set(labels, value);
      },
    });
  }

  #counter(what: What, read: ReadEntries): void {
    const look = this.#look;
    new Counter({
      ...what,
      registers: [this.#registry],
      async collect() {
        const entries = read(await look());
        this.reset();
        if (isUnknown(what, entries)) this.remove();
        for (const [labels, value] of entries) this.inc(labels, value);
      },
    });
  }
}

const alone =
  (read: Read<number>): ReadEntries =>
  (scene) => {
    const value = read(scene);
    return value === undefined ? [] : [[{}, value]];
  };
const labelled =
  (label: string, read: Read<ByLabel>): ReadEntries =>
  (scene) =>
    Object.entries(read(scene) ?? {}).map(([name, value]) => [{ [label]: name }, value]);

/** Without a label, a metric that was reset would say 0. */
const isUnknown = ({ labelNames }: What, entries: Entries): boolean =>
  labelNames.length === 0 && entries.length === 0;
