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
    const totals = this.#totals;
    const dropped = totals[count - 1] ?? 0;
    const kept = totals.length - count;
    for (let index = 0; index < kept; index++) totals[index] = (totals[index + count] ?? 0) - dropped;
    totals.length = kept;
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
  /** The steps of a number; nothing for what is none. */
  readonly steps: Measure;
}

/** The catalogue's properties, so there are as many at most. */
const scales = new Map<string, Scale>();

/** One for all that sum the property up. */
export function scaleOf(property: string): Scale {
  const scale = scales.get(property) ?? makeScale(propertyCatalogue.get(property)?.resolution ?? 1);
  if (propertyCatalogue.has(property)) scales.set(property, scale);
  return scale;
}

/**
 * In steps of the catalogue's resolution (docs/decisions/047). Dividing by the inverse of 0.1 gives 30.3 again, where
 * multiplying by 0.1 does not.
 */
function makeScale(resolution: number): Scale {
  const inverse = Math.round(1 / resolution);
  const toSteps: Scale['toSteps'] =
    resolution < 1 ? (value) => Math.round(value * inverse) : (value) => Math.round(value / resolution);
  return {
    toSteps,
    fromSteps: resolution < 1 ? (steps) => steps / inverse : (steps) => steps * resolution,
    steps: (value) => (typeof value === 'number' ? toSteps(value) : 0),
  };
}

/** One for a reading that equals the value. */
export const equals =
  (wanted: Value): Measure =>
  (value) =>
    value === wanted ? 1 : 0;

/** One for a reading that is a number. */
export const isNumber: Measure = (value) => (typeof value === 'number' ? 1 : 0);
