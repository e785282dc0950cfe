import type { DeviceId, EpochMs, Position } from '#model/brand.ts';

/** What a sensor can say of one property at one time. null and absent are "nothing said" and never get this far. */
export type Value = number | boolean | string;

/** Bits kept with each reading, in history too. */
export const flag = {
  /** The device gave no time: it is the time of receipt. */
  noTime: 1,
  /** The device's time lay in the future or was implausible: it was replaced by the time of receipt. */
  clockReplaced: 2,
  /** Measured long before it arrived (more than 5 minutes). */
  receivedLate: 4,
  /** Retained state from a gateway or bridge just after its CONNECT: history, no alarm. */
  state: 8,
  /** Brought in from quarantine by a person. */
  replayed: 16,
  /** The catalogue does not know the property. */
  unknownProperty: 32,
  /** The device says itself that this is over, or said it before: history, no alarm. */
  past: 64,
} as const;

/** The values that one device reported together for one moment; they are applied together before any rule runs. */
export interface Observation {
  readonly device: DeviceId;
  /** When it was measured; see docs/contract.md, Time. */
  readonly at: EpochMs;
  /** When the broker had it. On the data clock: the engine's now. */
  readonly receivedAt: EpochMs;
  /** Bits of `flag`. */
  readonly flags: number;
  /** The inbox record that brought it. */
  readonly position: Position;
  /** By property name (kebab-case). Never empty. Iterates in the order of the message. */
  readonly values: ReadonlyMap<string, Value>;
}

export interface Reading {
  readonly device: DeviceId;
  readonly property: string;
  readonly at: EpochMs;
  readonly receivedAt: EpochMs;
  readonly value: Value;
  readonly flags: number;
  readonly position: Position;
}
