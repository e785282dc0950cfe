import { propertyCatalogue } from '#model/catalogue.ts';
import type { Value } from '#model/reading.ts';

/** What one reading adds to a total: a whole number, so that what was added goes away again without a trace. */
export type Measure = (value: Value) => number;

/** Running totals of a measure, one beside each reading: the sum over any span is one subtraction. */
export class Column {
  readonly #measure: Measure;
  readonly #totals: number[] = [];

  constructor(measure: Measure, values: Iterable<Value>) {
    this.#measure = measure;
    for (const value of values) this.push(value);
  }

  push(value: Value): void {
    this.#totals.push((this.#totals.at(-1) ?? 0) + this.#measure(value));
  }

  /** The readings from `index` on are others than they were. */
  remake(index: number, values: readonly Value[]): void {
    this.#totals.length = Math.min(index, this.#totals.length);
    for (let next = index; next < values.length; next++) {
      const value = values[next];
      if (value !== undefined) this.push(value);
    }
  }

  /** The first `count` are dropped, and taken away from the totals: over years they would outgrow whole numbers. */
  drop(count: number): void {
    const dropped = this.#totals[count - 1] ?? 0;
    this.#totals.splice(0, count);
    for (const [index, total] of this.#totals.entries()) this.#totals[index] = total - dropped;
  }

  /** Over the readings with these indexes, both included. */
  total(from: number, to: number): number {
    return (this.#totals[to] ?? 0) - (this.#totals[from - 1] ?? 0);
  }
}

/** The unit in which values of a property are summed up, and the way back. */
export interface Scale {
  toSteps(value: number): number;
  fromSteps(steps: number): number;
}

/**
 * In steps of the catalogue's resolution (docs/decisions/047). Dividing by the inverse of 0.1 gives 30.3 again, where
 * multiplying by 0.1 does not.
 */
export function scaleOf(property: string): Scale {
  const resolution = propertyCatalogue.get(property)?.resolution ?? 1;
  const inverse = Math.round(1 / resolution);
  return resolution < 1
    ? { toSteps: (value) => Math.round(value * inverse), fromSteps: (steps) => steps / inverse }
    : { toSteps: (value) => Math.round(value / resolution), fromSteps: (steps) => steps * resolution };
}

/** One for a reading that equals the value. */
export const equals =
  (wanted: Value): Measure =>
  (value) =>
    value === wanted ? 1 : 0;

/** One for a reading that is a number. */
export const isNumber: Measure = (value) => (typeof value === 'number' ? 1 : 0);

/** The steps of a number; nothing for what is none. */
export const stepsOf =
  (scale: Scale): Measure =>
  (value) =>
    typeof value === 'number' ? scale.toSteps(value) : 0;
