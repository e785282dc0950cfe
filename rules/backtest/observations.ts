import { type DeviceId, epochMs, type Position } from '#model/brand.ts';
import type { Observation, Value } from '#model/reading.ts';
import { flagsAt, type ReceivedReadings, valueAt } from '#model/received.ts';

interface Growing extends Observation {
  readonly values: Map<string, Value>;
}

type SeriesList = readonly { readonly device: DeviceId; readonly property: string }[];

/** Puts the readings of one message together again. */
export class Observations {
  readonly #series: SeriesList;
  readonly #nextPosition: () => Position;
  #readings = 0;

  /** `series`: what the rows of the batches count. */
  constructor(series: SeriesList, nextPosition: () => Position) {
    this.#series = series;
    this.#nextPosition = nextPosition;
  }

  /** How many readings were read. */
  get readings(): number {
    return this.#readings;
  }

  /** Those of a batch, in its order; a message lies in one batch. A callback, for a generator costs a tenth of the time. */
  each(batch: ReceivedReadings, use: (observation: Observation) => void): void {
    let open: Growing | null = null;
    for (let row = 0; row < batch.length; row++) {
      const name = this.#series[batch.series[row] ?? -1];
      if (!name) continue;
      const { device, property } = name;
      const at = batch.at[row];
      const receivedAt = batch.receivedAt[row];
      // Said by the same device of the same moment and received with it; a second word on a property is a correction.
      if (
        open !== null &&
        open.at === at &&
        open.device === device &&
        open.receivedAt === receivedAt &&
        open.flags === flagsAt(batch, row) &&
        !open.values.has(property)
      ) {
        open.values.set(property, valueAt(batch, row));
        continue;
      }
      if (open) use(open);
      const values = new Map<string, Value>();
      values.set(property, valueAt(batch, row));
      open = {
        device,
        at: epochMs(at ?? 0),
        receivedAt: epochMs(receivedAt ?? 0),
        flags: flagsAt(batch, row),
        position: this.#nextPosition(),
        values,
      };
    }
    if (open) use(open);
    this.#readings += batch.length;
  }
}
