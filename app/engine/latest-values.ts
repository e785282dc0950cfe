import { type DeviceId, type EpochMs, minute } from '#model/brand.ts';
import type { Reading, Value } from '#model/reading.ts';

export interface LatestValue {
  readonly value: Value;
  readonly at: EpochMs;
  readonly receivedAt: EpochMs;
  readonly flags: number;
}

/** The newest reading of every device and property, in memory; changed ones go to the ops store each second. */
export class LatestValues {
  readonly #devices = new Map<DeviceId, Map<string, Reading>>();
  #changed = new Set<Reading>();

  /** As the ops store had them. */
  restore(readings: Iterable<Reading>): void {
    for (const reading of readings) this.take(reading);
    this.#changed.clear();
  }

  /** For the same time the last received wins. One from the future, of a clock that was wrong, wins over none. */
  take(reading: Reading): void {
    let properties = this.#devices.get(reading.device);
    if (!properties) {
      properties = new Map();
      this.#devices.set(reading.device, properties);
    }
    const standing = properties.get(reading.property);
    if (standing) {
      if (standing.at > reading.at && standing.at <= reading.receivedAt + 5 * minute) return;
      this.#changed.delete(standing);
    }
    properties.set(reading.property, reading);
    this.#changed.add(reading);
  }

  of(device: DeviceId): Record<string, LatestValue> {
    const found = this.#devices.get(device);
    return Object.fromEntries(
      [...(found ?? [])].map(([property, { value, at, receivedAt, flags }]) => [
        property,
        { value, at, receivedAt, flags },
      ]),
    );
  }

  forget(device: DeviceId): void {
    for (const reading of this.#devices.get(device)?.values() ?? []) this.#changed.delete(reading);
    this.#devices.delete(device);
  }

  takeChanged(): Iterable<Reading> {
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }
}
