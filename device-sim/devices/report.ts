import type { SimDay } from '#device-sim/time/calendar.ts';
import type { Value } from '#model/reading.ts';

export type Values = Readonly<Record<string, Value>>;

/** What became different at one moment. */
export interface Change {
  readonly at: number;
  readonly values: Values;
}

/** What a device measured at one moment. */
export interface Report {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly values: Values;
  /** Something changed that a rule may wait for: the radio repeats it within seconds. */
  readonly isEdge: boolean;
  /** Said at the status topic, instead of values. */
  readonly status?: 'online' | 'offline';
  /** The radio does not lose it. */
  readonly isSure?: boolean;
}

/** What one device measures on one day, in order of time, all within the day. The same whenever it is asked. */
export type DeviceModel = (day: SimDay) => Iterable<Report>;
