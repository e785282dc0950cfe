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

  /** Those of a batch, in its order; a message lies in one batch. */
  *of(batch: ReceivedReadings): Generator<Observation> {
    let open: Growing | null = null;
    for (let row = 0; row < batch.length; row++) {
      const name = this.#series[batch.series[row] ?? -1];
      if (!name) continue;
      this.#readings++;
      if (open && belongs(open, name, { batch, row })) {
        open.values.set(name.property, valueAt(batch, row));
        continue;
      }
      if (open) yield open;
      const values = new Map<string, Value>();
      values.set(name.property, valueAt(batch, row));
      open = {
        device: name.device,
        at: epochMs(batch.at[row] ?? 0),
        receivedAt: epochMs(batch.receivedAt[row] ?? 0),
        flags: flagsAt(batch, row),
        position: this.#nextPosition(),
        values,
      };
    }
    if (open) yield open;
  }
}

/** Said by the same device of the same moment and received with it; a second word on a property is a correction. */
const belongs = (
  open: Growing,
  { device, property }: { readonly device: DeviceId; readonly property: string },
  { batch, row }: { readonly batch: ReceivedReadings; readonly row: number },
): boolean =>
  open.at === batch.at[row] &&
  open.device === device &&
  open.receivedAt === batch.receivedAt[row] &&
  open.flags === flagsAt(batch, row) &&
  !open.values.has(property);
