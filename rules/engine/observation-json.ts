import type { DeviceId } from '#model/brand.ts';
import { epochMs, position } from '#model/brand.ts';
import type { Observation, Value } from '#model/reading.ts';

/** Time, time of receipt, flags, position, values. */
export type ObservationJson = readonly [
  number,
  number,
  number,
  number,
  readonly (readonly [string, Value])[],
];

export const rowOf = ({ at, receivedAt, flags, position: record, values }: Observation): ObservationJson => [
  at,
  receivedAt,
  flags,
  record,
  [...values],
];

/** The readings of a device's snapshot, back from JSON. */
export const readObservations = (
  device: DeviceId,
  rows: readonly ObservationJson[],
): readonly Observation[] =>
  rows.map(([at, receivedAt, flags, record, values]) => ({
    device,
    at: epochMs(at),
    receivedAt: epochMs(receivedAt),
    flags,
    position: position(record),
    values: new Map(values),
  }));
